// The tiles of products on tensor cores (CUDA, compute capability 8.0 or higher), with the names that tile.c gives to
// those of plain registers: a group multiplies TM x TK and TK x TN slabs of operands that were rounded to TF32 or BF16,
// each warp a WM x WN part, with f32 sums in registers.
// Defines: BF16 1 or 0 (TF32); TM, TN, TK; WM, WN (multiples of 16); TA 1 if a is kept transposed, [k, row]; TB 1 if b is, [column, k].
// Source: the fragment layouts of mma.m16n8k8 and mma.m16n8k16 in the PTX ISA, "Warp-level matrix instructions".
// A slab lies in shared memory as its matrix does in global memory, [outer, k] or [k, outer]: copies need no transposing.
#define A_ALONG_K (!TA)
#define B_ALONG_K TB

#define WARPS_N (TN / WN)
#define ITEMS (32 * (TM / WM) * WARPS_N)
#define WARP_ROWS (WM / 16)
#define WARP_COLUMNS (WN / 8)
#define WARP (LOCAL_ID / 32)
#define LANE (LOCAL_ID % 32)

// Rows are padded so that the 8 x 4 lanes of a fragment, or the 8 rows of an ldmatrix, meet all 32 banks once, and stay
// aligned to 16 bytes.
#if BF16
typedef unsigned short Element;
#define KSTEP 16
#define LD_K (TK + 8)
#else
typedef uint Element;
#define KSTEP 8
#define LD_K (TK + 4)
#endif
#define LD_OUTER(width) ((width) + 8)
#define SLAB_SIZE(width, alongK) ((alongK) ? (width) * LD_K : TK * LD_OUTER(width))
#define PLACE(width, alongK, outer, k) ((alongK) ? (outer) * LD_K + (k) : (k) * LD_OUTER(width) + (outer))
#define STAGES 2
#define SLABS                                                        \
  SHARED __align__(16) Element as[STAGES][SLAB_SIZE(TM, A_ALONG_K)]; \
  SHARED __align__(16) Element bs[STAGES][SLAB_SIZE(TN, B_ALONG_K)]
#define SLAB_A(s, k, row) as[s][PLACE(TM, A_ALONG_K, (row), (k))]
#define SLAB_B(s, k, column) bs[s][PLACE(TN, B_ALONG_K, (column), (k))]
#define OPERAND(v) rounded(v)
// Row that copy q of rows along k belongs to: rows that are stored together are 4 apart, 16 banks. `k`, `v`: see tile.c.
#define COPY_ROW(q, k, v) (((q) & ~7) | ((q) & 1) << 2 | ((q) >> 1 & 3))

#define TURNS(total) (((total) + ITEMS - 1) / ITEMS)
#define EACH(total, e)                                                                              \
  _Pragma("unroll") for (uint turn = 0, e = LOCAL_ID; turn < TURNS(total); turn++, e += ITEMS) \
    if ((total) % ITEMS == 0 || e < (total))

// To the nearest, halves away from zero (TF32) or to even (BF16); NaN stays NaN.
DEVICE Element rounded(float x) {
  Element r;
#if BF16
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(r) : "f"(x));
#else
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(r) : "f"(x));
#endif
  return r;
}

DEVICE uint address(const void *shared) { return (uint)__cvta_generic_to_shared(shared); }

#if BF16
// Four 8 x 8 matrices; of each, a lane gets the two elements of its place.
DEVICE void matrices(uint at, int transposed, uint r[4]) {
  if (transposed)
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(at)
                 : "memory");
  else
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(at)
                 : "memory");
}
#endif

// Rows m .. m + 15 of a, steps k .. k + KSTEP - 1.
DEVICE void fragmentA(const Element *a, int m, int k, uint r[4]) {
#if BF16
#if A_ALONG_K
  matrices(address(a + PLACE(TM, 1, m + LANE % 16, k + LANE / 16 * 8)), 0, r);
#else
  matrices(address(a + PLACE(TM, 0, m + LANE / 8 % 2 * 8, k + LANE / 16 * 8 + LANE % 8)), 1, r);
#endif
#else
#pragma unroll
  for (int i = 0; i < 4; i++) r[i] = a[PLACE(TM, A_ALONG_K, m + LANE / 4 + i % 2 * 8, k + LANE % 4 + i / 2 * 4)];
#endif
}

// Columns n .. n + 15 of b, two fragments of 8, steps k .. k + KSTEP - 1.
DEVICE void fragmentsB(const Element *b, int n, int k, uint r[4]) {
#if BF16
#if B_ALONG_K
  matrices(address(b + PLACE(TN, 1, n + LANE / 16 * 8 + LANE % 8, k + LANE / 8 % 2 * 8)), 0, r);
#else
  matrices(address(b + PLACE(TN, 0, n + LANE / 16 * 8, k + LANE / 8 % 2 * 8 + LANE % 8)), 1, r);
#endif
#else
#pragma unroll
  for (int i = 0; i < 4; i++) r[i] = b[PLACE(TN, B_ALONG_K, n + LANE / 4 + i / 2 * 8, k + LANE % 4 + i % 2 * 4)];
#endif
}

DEVICE void accumulate(const uint a[4], const uint b[2], float c[4]) {
  asm volatile(
#if BF16
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
#else
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
#endif
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

#define SUMS(name) float name[WARP_ROWS][WARP_COLUMNS][4]
#define MULTIPLY(s, sums) multiply(as[s], bs[s], sums)

// sums += a b for one slab.
DEVICE void multiply(const Element *a, const Element *b, SUMS(sums)) {
  int m = WARP / WARPS_N * WM;
  int n = WARP % WARPS_N * WN;
#pragma unroll
  for (int k = 0; k < TK; k += KSTEP) {
    uint x[WARP_ROWS][4], y[WARP_COLUMNS / 2][4];
#pragma unroll
    for (int i = 0; i < WARP_ROWS; i++) fragmentA(a, m + i * 16, k, x[i]);
#pragma unroll
    for (int j = 0; j < WARP_COLUMNS / 2; j++) fragmentsB(b, n + j * 16, k, y[j]);
#pragma unroll
    for (int i = 0; i < WARP_ROWS; i++)
#pragma unroll
      for (int j = 0; j < WARP_COLUMNS; j++) accumulate(x[i], y[j / 2] + j % 2 * 2, sums[i][j]);
  }
}

#define ZERO(sums)                                             \
  _Pragma("unroll") for (int i = 0; i < WARP_ROWS; i++)        \
    _Pragma("unroll") for (int j = 0; j < WARP_COLUMNS; j++)   \
      _Pragma("unroll") for (int e = 0; e < 4; e++) sums[i][j][e] = 0

// Visits the sums of the group, as in tile.c: 8 rows of each 16 of a warp at a time.
#define LD_SUM (TN + 8)
#define EACH_SUM(sums, row, column, value)                                                                     \
  _Pragma("unroll") for (int i_ = 0; i_ < 2 * WARP_ROWS; i_++)                                                 \
    for (int handed = (SYNC, hand((float *)as[0], sums[i_ / 2], i_ % 2 * 2), SYNC, 1); handed; handed = 0)     \
      EACH(TM / WM * 8 * TN, e_)                                                                               \
        for (int row = e_ / TN / 8 * WM + i_ * 8 + e_ / TN % 8, column = e_ % TN, once = 1; once; once = 0)    \
          for (float value = ((float *)as[0])[e_ / TN * LD_SUM + e_ % TN]; once; once = 0)

DEVICE void hand(float *out, const float sums[WARP_COLUMNS][4], int half) {
  out += (WARP / WARPS_N * 8 + LANE / 4) * LD_SUM + WARP % WARPS_N * WN + LANE % 4 * 2;
#pragma unroll
  for (int j = 0; j < WARP_COLUMNS; j++) *(float2 *)(out + j * 8) = make_float2(sums[j][half], sums[j][half + 1]);
}
