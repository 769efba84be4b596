// normalize_merge: the statistics a, b [outputs] from what the chunks collected, part [2, chunks, outputs].
// An item takes one statistic at a time; bytes: part, a and b once.
KERNEL normalize_merge(GLOBAL const T *RESTRICT part, GLOBAL T *a, int ao, GLOBAL T *b, int bo, T eps, int outputs,
                       int reduced, int chunk, int chunks) {
  for (int o = GLOBAL_ID; o < outputs; o += GLOBAL_SIZE) {
    T p = 0, q = 0;
    for (int c = 0; c < chunks; c++) {
      const int before = c * chunk, n = chunk < reduced - before ? chunk : reduced - before;
      merge(before, &p, &q, n, part[c * outputs + o], part[(chunks + c) * outputs + o]);
    }
    finish(reduced, eps, &p, &q);
    a[ao + o] = p;
    b[bo + o] = q;
  }
}
