// cum_sum_item: running sums of x [outer, n, inner] along the middle axis, from its end if REVERSE.
// An item takes one line at a time; bytes: x and y once; flops: one per element.
KERNEL cum_sum_item(GLOBAL const T *RESTRICT x, int xo, GLOBAL T *RESTRICT y, int yo, int n, int inner, int lines) {
  for (int i = GLOBAL_ID; i < lines; i += GLOBAL_SIZE) {
    const int start = i / inner * n * inner + i % inner;
    T sum = 0;
    for (int j = 0; j < n; j++) {
      const int at = start + (REVERSE ? n - 1 - j : j) * inner;
      sum = ADD(sum, x[xo + at]);
      y[yo + at] = sum;
    }
  }
}
