// dropout: y[i] = x[i] * scale if uniform number i of the stream is at least p, else 0, for n elements.
// An item takes one block of 4 at a time; bytes: x and y once; about 60 integer operations per block.
KERNEL dropout(GLOBAL const T *RESTRICT x, int xo, GLOBAL T *RESTRICT y, int yo, float p, T scale, int n, int seed0,
               int seed1, int position0, int position1) {
  for (int i = GLOBAL_ID; i < (n + 3) / 4; i += GLOBAL_SIZE) {
    uint w[4];
    philox(seed0, seed1, position0, position1, i, w);
    T v[4];
    load4(x, xo + 4 * i, n - 4 * i, v);
    for (int k = 0; k < 4; k++) v[k] = UNIFORM(w[k]) >= p ? v[k] * scale : (T)0;
    store4(y, yo + 4 * i, n - 4 * i, v);
  }
}
