// uniform: y[i] in [0, 1) for n elements, from word i % 4 of block i / 4.
// An item takes one block at a time; bytes: y once; about 60 integer operations per block.
KERNEL uniform(GLOBAL T *RESTRICT y, int yo, int n, int seed0, int seed1, int position0, int position1) {
  for (int i = GLOBAL_ID; i < (n + 3) / 4; i += GLOBAL_SIZE) {
    uint w[4];
    philox(seed0, seed1, position0, position1, i, w);
    T v[4];
    for (int k = 0; k < 4; k++) v[k] = (T)UNIFORM(w[k]);
    store4(y, yo + 4 * i, n - 4 * i, v);
  }
}
