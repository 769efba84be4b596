// normalize_item: one pass over the elements of each statistic, v[KEPT(o) + REDUCED(j)]. SPLIT: writes what chunk c
// of statistic o collected to a and b [chunks, outputs]. Otherwise there is one chunk, and it writes the result and,
// forward, the statistics.
// An item takes one statistic at a time; bytes: inputs once more for the result, from the cache; flops: about 6 per
// element.
KERNEL normalize_item(GLOBAL const T *v, int vo, GLOBAL const T *w, int wo, GLOBAL const T *r, int ro,
                      GLOBAL T *RESTRICT y, int yo, GLOBAL T *a, int ao, GLOBAL T *b, int bo, T eps, int outputs,
                      int reduced, int chunk, int total PARAMETERS) {
  for (int i = GLOBAL_ID; i < total; i += GLOBAL_SIZE) {
    const int o = i % outputs, first = i / outputs * chunk, start = KEPT(o);
    const int n = chunk < reduced - first ? chunk : reduced - first;
    T p = 0, q = 0;
    for (int j = 0; j < n; j++) {
      const int at = start + REDUCED(first + j);
      take(j + 1, v[vo + at], SECOND(w[wo + at]), &p, &q);
    }
#if !SPLIT
    finish(n, eps, &p, &q);
    const T scale = r[ro + (GRADIENT ? o : 0)];
    for (int j = 0; j < n; j++) {
      const int at = start + REDUCED(j);
      y[yo + at] = RESULT(v[vo + at], w[wo + at], scale, p, q);
    }
#endif
#if SPLIT || !GRADIENT
    a[ao + i] = p;
    b[bo + i] = q;
#endif
  }
}
