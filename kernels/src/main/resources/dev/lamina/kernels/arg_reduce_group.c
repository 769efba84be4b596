// arg_reduce_group: x [outer, n, inner] to y [outer, 1, inner], the position of the element that no other is BEFORE;
// of equal ones the first, and the first NaN before all.
// A group takes one line at a time: its items every GROUP-th element, then a tree. n >= GROUP is not needed: items
// without an element hold position n, which loses. Bytes: x once, y once.

// Whether v at position i comes before w at position j.
DEVICE int wins(T v, int i, T w, int j, int n) {
  if (j >= n) return i < n;
  if (i >= n) return 0;
  if (v != v || w != w) return v != v && (w == w || i < j);
  return BEFORE(v, w) || (v == w && i < j);
}

KERNEL arg_reduce_group(GLOBAL const T *RESTRICT x, int xo, GLOBAL int *RESTRICT y, int yo, int n, int inner,
                        int lines) {
  SHARED T value[GROUP];
  SHARED int position[GROUP];
  for (int i = GROUP_ID; i < lines; i += GROUPS) {
    GLOBAL const T *line = x + xo + i / inner * n * inner + i % inner;
    T best = 0;
    int at = n;
    for (int j = LOCAL_ID; j < n; j += GROUP) {
      const T v = line[j * inner];
      if (wins(v, j, best, at, n)) {
        best = v;
        at = j;
      }
    }
    value[LOCAL_ID] = best;
    position[LOCAL_ID] = at;
    SYNC;
    for (int span = GROUP / 2; span > 0; span /= 2) {
      const int other = LOCAL_ID + span;
      if (LOCAL_ID < span && wins(value[other], position[other], value[LOCAL_ID], position[LOCAL_ID], n)) {
        value[LOCAL_ID] = value[other];
        position[LOCAL_ID] = position[other];
      }
      SYNC;
    }
    if (LOCAL_ID == 0) y[yo + i] = position[0];
    SYNC;
  }
}
