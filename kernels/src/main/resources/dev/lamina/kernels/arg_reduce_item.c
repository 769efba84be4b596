// arg_reduce_item: x [outer, n, inner] to y [outer, 1, inner], the position of the element that no other is BEFORE;
// of equal ones the first, and the first NaN before all.
// An item takes one line at a time; bytes: x once, y once.
KERNEL arg_reduce_item(GLOBAL const T *RESTRICT x, int xo, GLOBAL int *RESTRICT y, int yo, int n, int inner,
                       int lines) {
  for (int i = GLOBAL_ID; i < lines; i += GLOBAL_SIZE) {
    GLOBAL const T *line = x + xo + i / inner * n * inner + i % inner;
    T best = line[0];
    int at = 0;
    for (int j = 1; j < n; j++) {
      const T v = line[j * inner];
      if (BEFORE(v, best) || (v != v && best == best)) {
        best = v;
        at = j;
      }
    }
    y[yo + i] = at;
  }
}
