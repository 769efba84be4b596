// reduce_item: y [chunks, outputs] from x: result o of chunk c combines elements c * chunk.. of the `reduced` that
// belong to o, x[KEPT(o) + REDUCED(j)], in ascending order.
// An item takes one result at a time; bytes: x once, y once; flops: one per element.
KERNEL reduce_item(GLOBAL const T *RESTRICT x, int xo, GLOBAL T *RESTRICT y, int yo, int outputs, int reduced,
                   int chunk, int total PARAMETERS) {
  for (int i = GLOBAL_ID; i < total; i += GLOBAL_SIZE) {
    const int o = i % outputs, first = i / outputs * chunk;
    const int end = chunk < reduced - first ? first + chunk : reduced;
    GLOBAL const T *from = x + xo + KEPT(o);
    T sum = FIRST;
    for (int j = first; j < end; j++) {
      const T v = from[REDUCED(j)];
      sum = COMBINE(sum, v);
    }
    y[yo + i] = sum;
  }
}
