// normal: y[i] standard normal for n elements by Box and Muller (1958), from words (0, 1) or (2, 3) of block i / 2.
// An item takes one block, 2 elements, at a time; bytes: y once; about 60 integer operations per block and a
// logarithm, a root and a cosine per element.
KERNEL normal(GLOBAL T *RESTRICT y, int yo, int n, int seed0, int seed1, int position0, int position1) {
  for (int i = GLOBAL_ID; i < (n + 1) / 2; i += GLOBAL_SIZE) {
    uint w[4];
    philox(seed0, seed1, position0, position1, i, w);
    for (int k = 0; k < 2; k++) {
      const T u = (T)((float)((w[2 * k] >> 8) + 1u) * 5.9604644775390625e-8f);
      if (2 * i + k < n) y[yo + 2 * i + k] = sqrt((T)-2 * log(u)) * cospi((T)2 * (T)UNIFORM(w[2 * k + 1]));
    }
  }
}
