// reduce_group: y [chunks, outputs] from x: result o of chunk c combines elements c * chunk.. of the `reduced` that
// belong to o, x[KEPT(o) + REDUCED(j)].
// A group takes one result at a time: its items every GROUP-th element, then a tree. Bytes: x once, y once; flops:
// one per element.
KERNEL reduce_group(GLOBAL const T *RESTRICT x, int xo, GLOBAL T *RESTRICT y, int yo, int outputs, int reduced,
                    int chunk, int total PARAMETERS) {
  SHARED T part[GROUP];
  for (int i = GROUP_ID; i < total; i += GROUPS) {
    const int o = i % outputs, first = i / outputs * chunk;
    const int end = chunk < reduced - first ? first + chunk : reduced;
    GLOBAL const T *from = x + xo + KEPT(o);
    T sum = FIRST;
    for (int j = first + LOCAL_ID; j < end; j += GROUP) {
      const T v = from[REDUCED(j)];
      sum = COMBINE(sum, v);
    }
    part[LOCAL_ID] = sum;
    SYNC;
    for (int span = GROUP / 2; span > 0; span /= 2) {
      if (LOCAL_ID < span) part[LOCAL_ID] = COMBINE(part[LOCAL_ID], part[LOCAL_ID + span]);
      SYNC;
    }
    if (LOCAL_ID == 0) y[yo + i] = part[0];
    SYNC;
  }
}
