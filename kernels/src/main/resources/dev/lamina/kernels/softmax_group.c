// softmax_group: y = exp(x - max) / sum, or its logarithm, along the middle axis of [outer, n, inner].
// A group takes one line at a time: its items every GROUP-th element, then trees. Bytes: y once, x three times, of
// which two come from the cache; flops: 3 and two exponentials per element.
KERNEL softmax_group(GLOBAL const T *RESTRICT x, int xo, GLOBAL T *RESTRICT y, int yo, int n, int inner, int lines) {
  SHARED T part[GROUP];
  for (int i = GROUP_ID; i < lines; i += GROUPS) {
    const int start = i / inner * n * inner + i % inner;
    GLOBAL const T *from = x + xo + start;
    GLOBAL T *to = y + yo + start;
    T most = (T)(-INFINITY);
    for (int j = LOCAL_ID; j < n; j += GROUP) {
      const T v = from[j * inner];
      most = most > v || most != most ? most : v;
    }
    part[LOCAL_ID] = most;
    SYNC;
    for (int span = GROUP / 2; span > 0; span /= 2) {
      if (LOCAL_ID < span) {
        const T a = part[LOCAL_ID], b = part[LOCAL_ID + span];
        part[LOCAL_ID] = a > b || a != a ? a : b;
      }
      SYNC;
    }
    most = part[0];
    SYNC;
    T sum = 0;
    for (int j = LOCAL_ID; j < n; j += GROUP) sum += exp(from[j * inner] - most);
    part[LOCAL_ID] = sum;
    SYNC;
    for (int span = GROUP / 2; span > 0; span /= 2) {
      if (LOCAL_ID < span) part[LOCAL_ID] += part[LOCAL_ID + span];
      SYNC;
    }
    sum = part[0];
    SYNC;
#if LOGARITHM
    const T shift = log(sum);
    for (int j = LOCAL_ID; j < n; j += GROUP) to[j * inner] = from[j * inner] - most - shift;
#else
    for (int j = LOCAL_ID; j < n; j += GROUP) to[j * inner] = exp(from[j * inner] - most) / sum;
#endif
  }
}
