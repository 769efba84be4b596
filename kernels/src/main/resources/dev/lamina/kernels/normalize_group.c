// normalize_group: one pass over the elements of each statistic, v[KEPT(o) + REDUCED(j)]. SPLIT: writes what chunk c
// of statistic o collected to a and b [chunks, outputs]. Otherwise there is one chunk, and it writes the result and,
// forward, the statistics.
// A group takes one statistic at a time: its items every GROUP-th element, then a tree of merges. Bytes: inputs once
// more for the result, from the cache; flops: about 6 per element.
KERNEL normalize_group(GLOBAL const T *v, int vo, GLOBAL const T *w, int wo, GLOBAL const T *r, int ro,
                       GLOBAL T *RESTRICT y, int yo, GLOBAL T *a, int ao, GLOBAL T *b, int bo, T eps, int outputs,
                       int reduced, int chunk, int total PARAMETERS) {
  SHARED T first_part[GROUP];
  SHARED T second_part[GROUP];
  SHARED int count[GROUP];
  for (int i = GROUP_ID; i < total; i += GROUPS) {
    const int o = i % outputs, first = i / outputs * chunk, start = KEPT(o);
    const int n = chunk < reduced - first ? chunk : reduced - first;
    T p = 0, q = 0;
    int taken = 0;
    for (int j = LOCAL_ID; j < n; j += GROUP) {
      const int at = start + REDUCED(first + j);
      take(++taken, v[vo + at], SECOND(w[wo + at]), &p, &q);
    }
    first_part[LOCAL_ID] = p;
    second_part[LOCAL_ID] = q;
    count[LOCAL_ID] = taken;
    SYNC;
    for (int span = GROUP / 2; span > 0; span /= 2) {
      if (LOCAL_ID < span) {
        const int other = LOCAL_ID + span;
        merge(taken, &p, &q, count[other], first_part[other], second_part[other]);
        taken += count[other];
        first_part[LOCAL_ID] = p;
        second_part[LOCAL_ID] = q;
        count[LOCAL_ID] = taken;
      }
      SYNC;
    }
    p = first_part[0];
    q = second_part[0];
    SYNC;
#if !SPLIT
    finish(n, eps, &p, &q);
    const T scale = r[ro + (GRADIENT ? o : 0)];
    for (int j = LOCAL_ID; j < n; j += GROUP) {
      const int at = start + REDUCED(j);
      y[yo + at] = RESULT(v[vo + at], w[wo + at], scale, p, q);
    }
#endif
#if SPLIT || !GRADIENT
    if (LOCAL_ID == 0) {
      a[ao + i] = p;
      b[bo + i] = q;
    }
#endif
  }
}
