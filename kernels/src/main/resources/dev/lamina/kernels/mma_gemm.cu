// c [batches, m, n] = a x b on tensor cores: a [m, k] (TA: [k, m]), b [k, n] (TB: [n, k]), arguments as in gemm.c.
// Defines: those of mma.h; VA, VB elements of a load along the stored rows
// (4 only where every row begins on 16 bytes).
// A group computes one TM x TN tile over one slice of k. TF32: slabs are copied to shared memory by cp.async while the
// one before is multiplied, and rounded there by the item that copied them. BF16: they pass through registers, where
// they are rounded and packed. Flops 2 m n k; bytes (m k ceil(n / TN) + k n ceil(m / TM) + m n slices) * 4 before caches.
#define BAND 8
#define CHUNKS_A (TM * TK / VA)
#define CHUNKS_B (TN * TK / VB)

// Where chunk e of a slab begins: `outer` of its rows or columns and step k.
#define CHUNK_OUTER(width, alongK, v, e) \
  ((alongK) ? COPY_ROW((e) / (TK / (v)), 0, v) : (e) % ((width) / (v)) * (v))
#define CHUNK_K(width, alongK, v, e) ((alongK) ? (e) % (TK / (v)) * (v) : (e) / ((width) / (v)))

#if BF16
DEVICE void fetch(GLOBAL const float *x, int alongK, int v, int outer, int ld, int o, int k, int kEnd, float r[4]) {
  bool inside = o < outer && k < kEnd;
  int at = alongK ? o * ld + k : k * ld + o;
  if (v == 4) {
    float4 f = inside ? LOAD4(x + at) : MAKE4(0.0f, 0.0f, 0.0f, 0.0f);
    r[0] = f.x;
    r[1] = f.y;
    r[2] = f.z;
    r[3] = f.w;
  } else {
    r[0] = inside ? x[at] : 0.0f;
  }
}

// Neighbours of a chunk are neighbours in the slab, whichever way it lies.
DEVICE void put(Element *slab, int v, const float r[4]) {
  if (v == 4)
    *(uint2 *)slab = make_uint2(rounded(r[0]) | (uint)rounded(r[1]) << 16, rounded(r[2]) | (uint)rounded(r[3]) << 16);
  else
    *slab = rounded(r[0]);
}

#define FETCH(x, width, alongK, v, outer, ld, o0, e, r) \
  fetch(x, alongK, v, outer, ld, o0 + CHUNK_OUTER(width, alongK, v, e), k0 + CHUNK_K(width, alongK, v, e), kEnd, r)
#define PUT(slab, width, alongK, v, e, r) \
  put((slab) + PLACE(width, alongK, CHUNK_OUTER(width, alongK, v, e), CHUNK_K(width, alongK, v, e)), v, r)
#else
// Starts the copy of a chunk; outside it becomes zeros.
DEVICE void copy(Element *slab, GLOBAL const float *x, int alongK, int v, int outer, int ld, int o, int k, int kEnd) {
  bool inside = o < outer && k < kEnd;
  const float *from = inside ? x + (alongK ? o * ld + k : k * ld + o) : x;
  if (v == 4)
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(address(slab)), "l"(from), "r"(inside ? 16 : 0)
                 : "memory");
  else
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(address(slab)), "l"(from), "r"(inside ? 4 : 0)
                 : "memory");
}

#define AT(width, alongK, v, e) PLACE(width, alongK, CHUNK_OUTER(width, alongK, v, e), CHUNK_K(width, alongK, v, e))
#define COPY(slab, x, width, alongK, v, outer, ld, o0, e)                                                    \
  copy((slab) + AT(width, alongK, v, e), x, alongK, v, outer, ld, o0 + CHUNK_OUTER(width, alongK, v, e), \
       k0 + CHUNK_K(width, alongK, v, e), kEnd)

DEVICE void roundInPlace(Element *x, int v) {
  if (v == 4) {
    uint4 r = *(uint4 *)x;
    r.x = rounded(__uint_as_float(r.x));
    r.y = rounded(__uint_as_float(r.y));
    r.z = rounded(__uint_as_float(r.z));
    r.w = rounded(__uint_as_float(r.w));
    *(uint4 *)x = r;
  } else {
    *x = rounded(__uint_as_float(*x));
  }
}
#endif

KERNEL __launch_bounds__(ITEMS, 1)
mma_gemm(GLOBAL const float *RESTRICT a, GLOBAL const float *RESTRICT b, GLOBAL float *RESTRICT c, int aAt, int bAt,
         int cAt, int m, int n, int k, int lda, int ldb, int batches, int d1, int d2, int a0, int a1, int a2, int b0,
         int b1, int b2, int slice, int ta, int tb BIAS_PARAMETERS) {
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
  SUMS(sums);
  ZERO(sums);
#if BF16
  float ra[TURNS(CHUNKS_A)][4], rb[TURNS(CHUNKS_B)][4];
  EACH(CHUNKS_A, e) FETCH(a, TM, A_ALONG_K, VA, m, lda, m0, e, ra[turn]);
  EACH(CHUNKS_B, e) FETCH(b, TN, B_ALONG_K, VB, n, ldb, n0, e, rb[turn]);
  for (int s = 0; k0 < kEnd; s ^= 1) {
    EACH(CHUNKS_A, e) PUT(as[s], TM, A_ALONG_K, VA, e, ra[turn]);
    EACH(CHUNKS_B, e) PUT(bs[s], TN, B_ALONG_K, VB, e, rb[turn]);
    SYNC;
    k0 += TK;
    EACH(CHUNKS_A, e) FETCH(a, TM, A_ALONG_K, VA, m, lda, m0, e, ra[turn]);
    EACH(CHUNKS_B, e) FETCH(b, TN, B_ALONG_K, VB, n, ldb, n0, e, rb[turn]);
    MULTIPLY(s, sums);
  }
#else
  EACH(CHUNKS_A, e) COPY(as[0], a, TM, A_ALONG_K, VA, m, lda, m0, e);
  EACH(CHUNKS_B, e) COPY(bs[0], b, TN, B_ALONG_K, VB, n, ldb, n0, e);
  for (int s = 0; k0 < kEnd; s ^= 1) {
    asm volatile("cp.async.wait_all;" ::: "memory");
    EACH(CHUNKS_A, e) roundInPlace(as[s] + AT(TM, A_ALONG_K, VA, e), VA);
    EACH(CHUNKS_B, e) roundInPlace(bs[s] + AT(TN, B_ALONG_K, VB, e), VB);
    SYNC;
    k0 += TK;
    if (k0 < kEnd) {
      EACH(CHUNKS_A, e) COPY(as[s ^ 1], a, TM, A_ALONG_K, VA, m, lda, m0, e);
      EACH(CHUNKS_B, e) COPY(bs[s ^ 1], b, TN, B_ALONG_K, VB, n, ldb, n0, e);
    }
    MULTIPLY(s, sums);
  }
#endif
  EACH_SUM(sums, row, column, v) {
    if (m0 + row < m && n0 + column < n) c[(m0 + row) * n + n0 + column] = FINISH(v, n0 + column);
  }
}
