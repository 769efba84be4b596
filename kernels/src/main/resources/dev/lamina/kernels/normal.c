// normal: y[i] standard normal for n elements by Box and Muller (1958), from words (0, 1) or (2, 3) of block i / 2.
// An item takes two blocks, 4 elements, at a time; bytes: y once; about 60 integer operations per block and a
// logarithm, a root and a cosine per element.
KERNEL normal(GLOBAL T *RESTRICT y, int yo, int n, int seed0, int seed1, int position0, int position1) {
  for (int i = GLOBAL_ID; i < (n + 3) / 4; i += GLOBAL_SIZE) {
    T v[4];
    uint w[4];
    for (int k = 0; k < 4; k++) {
      if (k % 2 == 0) philox(seed0, seed1, position0, position1, 2 * i + k / 2, w);
      const T u = (T)((float)((w[k % 2 * 2] >> 8) + 1u) * 5.9604644775390625e-8f);
      v[k] = sqrt((T)-2 * log(u)) * cospi((T)2 * (T)UNIFORM(w[k % 2 * 2 + 1]));
    }
    store4(y, yo + 4 * i, n - 4 * i, v);
  }
}
