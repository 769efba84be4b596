// scatter_scan: x [before, picked, after], index [picked] to y [before, size, after] of n elements: the sum of the
// slices with each index, in the order of their places. For few picks; `places` is not used.
// An item takes one element of y at a time and looks through all picks; bytes: x and y once, the index n times from
// the cache.
KERNEL scatter_scan(GLOBAL const T *RESTRICT x, int xo, GLOBAL const int *index, int io, GLOBAL const int *places,
                    int po, GLOBAL T *RESTRICT y, int yo, int size, int picked, int after, int n) {
  for (int i = GLOBAL_ID; i < n; i += GLOBAL_SIZE) {
    const int k = i / after % size;
    GLOBAL const T *from = x + xo + i / after / size * picked * after + i % after;
    SUM sum = 0;
    for (int p = 0; p < picked; p++)
      if (index[io + p] == k) sum += (SUM)from[p * after];
    y[yo + i] = (T)sum;
  }
}
