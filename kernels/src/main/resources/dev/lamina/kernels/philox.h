// Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011): the same bits as dev.lamina.Philox.

// The four words of block `block` from `position` of the stream `seed`.
DEVICE void philox(int seed0, int seed1, int position0, int position1, int block, uint *w) {
  uint k0 = (uint)seed0, k1 = (uint)seed1;
  uint c0 = (uint)position0 + (uint)block;
  uint c1 = (uint)position1 + (c0 < (uint)block ? 1u : 0u);
  uint c2 = 0u, c3 = 0u;
  for (int round = 0; round < 10; round++) {
    const uint high0 = MUL_HI(0xD2511F53u, c0), high1 = MUL_HI(0xCD9E8D57u, c2);
    const uint low0 = 0xD2511F53u * c0, low1 = 0xCD9E8D57u * c2;
    c0 = high1 ^ c1 ^ k0;
    c2 = high0 ^ c3 ^ k1;
    c1 = low1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  w[0] = c0;
  w[1] = c1;
  w[2] = c2;
  w[3] = c3;
}

// In [0, 1): the top 24 bits, exact in binary32.
#define UNIFORM(word) ((float)((word) >> 8) * 5.9604644775390625e-8f)

// Up to four neighbours from element `at` on, those of which are there that come before `left`: as one vector where they
// lie on 16 bytes (F32 1: T is float), so that neighbouring items meet in whole sectors of memory.
DEVICE void store4(GLOBAL T *y, int at, int left, const T *v) {
#if F32
  if (left >= 4 && at % 4 == 0) {
    STORE4(MAKE4(v[0], v[1], v[2], v[3]), y + at);
    return;
  }
#endif
  for (int k = 0; k < 4; k++)
    if (k < left) y[at + k] = v[k];
}

DEVICE void load4(GLOBAL const T *x, int at, int left, T *v) {
#if F32
  if (left >= 4 && at % 4 == 0) {
    float4 f = LOAD4(x + at);
    v[0] = f.x;
    v[1] = f.y;
    v[2] = f.z;
    v[3] = f.w;
    return;
  }
#endif
  for (int k = 0; k < 4; k++) v[k] = k < left ? x[at + k] : (T)0;
}
