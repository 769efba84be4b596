// normalize_apply: the result at each of n elements from the statistics KEPT(i) of element i.
// An item takes 1 element at a time; bytes: inputs and y once; flops: 2, for the gradient 4.
KERNEL normalize_apply(GLOBAL const T *v, int vo, GLOBAL const T *w, int wo, GLOBAL const T *r, int ro,
                       GLOBAL T *RESTRICT y, int yo, GLOBAL const T *a, int ao, GLOBAL const T *b, int bo,
                       int n PARAMETERS) {
  for (int i = GLOBAL_ID; i < n; i += GLOBAL_SIZE) {
    const int o = KEPT(i);
    y[yo + i] = RESULT(v[vo + i], w[wo + i], r[ro + o], a[ao + o], b[bo + o]);
  }
}
