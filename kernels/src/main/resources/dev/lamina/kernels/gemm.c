// c [batch, m, n] = a [batch, m, k] x b [batch, k, n], any operand stored transposed, batches broadcast by strides.
// Defines: those of tile.c; TA, TB 1 if a is stored [k, m], b [n, k], or `ta`, `tb` to leave it to the arguments; VA, VB elements of a load along the stored rows
// (4 only where every row begins on 16 bytes).
// A group computes one TM x TN tile over one slice of k; groups are ordered in bands of 8 tile rows, so that
// neighbours share operands in cache. With slices > 1 the parts go to c [slice, batch, m, n], for slices.c to add.
// Flops 2 m n k; bytes (m k ceil(n / TN) + k n ceil(m / TM) + m n slices) * sizeof(T) before caches.
#define BAND 8

// V elements of operand x (`outer` rows by k, or the reverse) from tile position e of a `width`-wide tile.
DEVICE void fetch(GLOBAL const T *x, int width, int along, int v, int outer, int ld, int o0, int k0, int kEnd, uint e,
                  T r[4]) {
  uint kk = along ? e % (TK / v) * v : e / (width / v);
  int o = o0 + (along ? COPY_ROW(e / (TK / v), kk, v) : e % (width / v) * v);
  int k = k0 + kk;
  int at = along ? o * ld + k : k * ld + o;
  if (v == 1) {
    r[0] = o < outer && k < kEnd ? x[at] : (T)0;
  } else {
#pragma unroll
    for (int i = 0; i < 4; i++) r[i] = 0;
    if (o < outer && k < kEnd) {
#if VA == 4 || VB == 4
      float4 f = LOAD4(x + at);
      r[0] = f.x;
      r[1] = f.y;
      r[2] = f.z;
      r[3] = f.w;
#endif
    }
  }
}

// The same elements to local memory [TK, width + PAD].
DEVICE void put(LOCAL T *tile, int width, int along, int v, uint e, const T r[4]) {
  uint kk = along ? e % (TK / v) * v : e / (width / v);
  int o = along ? COPY_ROW(e / (TK / v), kk, v) : e % (width / v) * v;
#pragma unroll
  for (int i = 0; i < v; i++) tile[(along ? kk + i : kk) * (width + PAD) + (along ? o : o + i)] = r[i];
}

#define LOADS_A (TM * TK / VA)
#define LOADS_B (TN * TK / VB)
#define FETCH_A(e, r) fetch(a, TM, !TA, VA, m, lda, m0, k0, kEnd, e, r)
#define FETCH_B(e, r) fetch(b, TN, TB, VB, n, ldb, n0, k0, kEnd, e, r)

KERNEL gemm(GLOBAL const T *RESTRICT a, GLOBAL const T *RESTRICT b, GLOBAL T *RESTRICT c, int aAt, int bAt, int cAt,
            int m, int n, int k, int lda, int ldb, int batches, int d1, int d2, int a0, int a1, int a2, int b0, int b1,
            int b2, int slice, int ta, int tb BIAS_PARAMETERS) {
  SLABS;
  int rows = (m + TM - 1) / TM;
  int columns = (n + TN - 1) / TN;
  int part = GROUP_ID / (rows * columns);
  int tile = GROUP_ID % (rows * columns);
  int first = tile / (BAND * columns) * BAND;
  int high = rows - first < BAND ? rows - first : BAND;
  int m0 = (first + tile % (BAND * columns) % high) * TM;
  int n0 = tile % (BAND * columns) / high * TN;
  int batch = part % batches;
  int k0 = part / batches * slice;
  int kEnd = k0 + slice < k ? k0 + slice : k;
  a += aAt + batch / (d1 * d2) * a0 + batch / d2 % d1 * a1 + batch % d2 * a2;
  b += bAt + batch / (d1 * d2) * b0 + batch / d2 % d1 * b1 + batch % d2 * b2;
  c += cAt + part * m * n;
  SUMS(acc);
  ZERO(acc);
#if STAGES == 1
  for (; k0 < kEnd; k0 += TK) {
    T r[4];
    EACH(LOADS_A, e) {
      FETCH_A(e, r);
      put(ELEMENTS(as[0]), TM, !TA, VA, e, r);
    }
    EACH(LOADS_B, e) {
      FETCH_B(e, r);
      put(ELEMENTS(bs[0]), TN, TB, VB, e, r);
    }
    SYNC;
    MULTIPLY(0, acc);
    SYNC;
  }
#else
  T ra[TURNS(LOADS_A)][4], rb[TURNS(LOADS_B)][4];
  EACH(LOADS_A, e) FETCH_A(e, ra[turn]);
  EACH(LOADS_B, e) FETCH_B(e, rb[turn]);
  for (int s = 0; k0 < kEnd; s ^= 1) {
    EACH(LOADS_A, e) put(ELEMENTS(as[s]), TM, !TA, VA, e, ra[turn]);
    EACH(LOADS_B, e) put(ELEMENTS(bs[s]), TN, TB, VB, e, rb[turn]);
    SYNC;
    k0 += TK;
    EACH(LOADS_A, e) FETCH_A(e, ra[turn]);
    EACH(LOADS_B, e) FETCH_B(e, rb[turn]);
    MULTIPLY(s, acc);
  }
#endif
  EACH_SUM(acc, row, column, v) {
    if (m0 + row < m && n0 + column < n) c[(m0 + row) * n + n0 + column] = FINISH(v, n0 + column);
  }
}
