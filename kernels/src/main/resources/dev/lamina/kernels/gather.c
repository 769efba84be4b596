// gather: x [before, size, after], index [picked] to y [before, picked, after]: n elements, or vectors of WIDTH.
// An item takes 1 element or vector at a time; bytes: y once, as much of x, and the index once per slice.
// An index outside 0..size-1 reads nothing and gives MISSING.
KERNEL gather(GLOBAL const T *RESTRICT x, int xo, GLOBAL const int *RESTRICT index, int io, GLOBAL T *RESTRICT y,
              int yo, int size, int picked, int after, int n) {
  for (int i = GLOBAL_ID; i < n; i += GLOBAL_SIZE) {
    const int e = i * WIDTH, slice = e / after;
    const int k = index[io + slice % picked];
    const int from = (slice / picked * size + k) * after + e % after;
#if WIDTH == 4
    if (k >= 0 && k < size) STORE4(LOAD4(x + xo + from), y + yo + e);
    else STORE4(MAKE4(MISSING, MISSING, MISSING, MISSING), y + yo + e);
#else
    y[yo + e] = k >= 0 && k < size ? x[xo + from] : MISSING;
#endif
  }
}
