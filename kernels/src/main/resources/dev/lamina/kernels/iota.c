// iota: y [outer, size, inner], each element its position along the middle axis.
// An item takes 1 element at a time; bytes: y once.
KERNEL iota(GLOBAL T *RESTRICT y, int yo, int n, int size, int inner) {
  for (int i = GLOBAL_ID; i < n; i += GLOBAL_SIZE) y[yo + i] = (T)(i / inner % size);
}
