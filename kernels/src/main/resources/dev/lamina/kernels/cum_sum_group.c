// cum_sum_group: running sums of x [outer, n, inner] along the middle axis, from its end if REVERSE.
// A group takes one line at a time in blocks of GROUP elements: a scan by doubling distances in local memory, to
// which the sum of the blocks before is added. Bytes: x and y once; flops: log2(GROUP) per element.
KERNEL cum_sum_group(GLOBAL const T *RESTRICT x, int xo, GLOBAL T *RESTRICT y, int yo, int n, int inner, int lines) {
  SHARED T part[GROUP];
  for (int i = GROUP_ID; i < lines; i += GROUPS) {
    const int start = i / inner * n * inner + i % inner;
    T before = 0;
    for (int block = 0; block < n; block += GROUP) {
      const int j = block + LOCAL_ID;
      const int at = start + (REVERSE ? n - 1 - j : j) * inner;
      part[LOCAL_ID] = j < n ? x[xo + at] : (T)0;
      SYNC;
      for (int d = 1; d < GROUP; d *= 2) {
        const T left = LOCAL_ID >= d ? part[LOCAL_ID - d] : (T)0;
        SYNC;
        part[LOCAL_ID] = ADD(part[LOCAL_ID], left);
        SYNC;
      }
      if (j < n) y[yo + at] = ADD(before, part[LOCAL_ID]);
      before = ADD(before, part[GROUP - 1]);
      SYNC;
    }
  }
}
