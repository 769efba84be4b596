// softmax_item: y = exp(x - max) / sum, or its logarithm, along the middle axis of [outer, n, inner].
// An item takes one line at a time; bytes: y once, x three times, of which two come from the cache; flops: 3 and
// two exponentials per element.
KERNEL softmax_item(GLOBAL const T *RESTRICT x, int xo, GLOBAL T *RESTRICT y, int yo, int n, int inner, int lines) {
  for (int i = GLOBAL_ID; i < lines; i += GLOBAL_SIZE) {
    const int start = i / inner * n * inner + i % inner;
    GLOBAL const T *from = x + xo + start;
    GLOBAL T *to = y + yo + start;
    T most = from[0];
    for (int j = 1; j < n; j++) {
      const T v = from[j * inner];
      most = most > v || most != most ? most : v;
    }
    T sum = 0;
    for (int j = 0; j < n; j++) sum += exp(from[j * inner] - most);
#if LOGARITHM
    const T shift = log(sum);
    for (int j = 0; j < n; j++) to[j * inner] = from[j * inner] - most - shift;
#else
    for (int j = 0; j < n; j++) to[j * inner] = exp(from[j * inner] - most) / sum;
#endif
  }
}
