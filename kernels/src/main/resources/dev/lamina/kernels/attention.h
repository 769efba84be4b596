// What the kernels of attention share: products of tiles. A pair is a sequence and a head of it. Scores are never
// stored whole: a group holds a tile of TR rows (queries or, transposed, keys) by TC columns at a time.
// Defines: T; TR, TC: rows and columns of a tile of scores; WIDE: columns of a result that a group computes, of which
// a head has as many pieces as cover it; TK: depth of the pieces that go through local memory; RR: rows of an item.
// NX: items across. ITEMS = TR / RR * NX items, item (x, y) holding the tile's elements (y * RR + r, c * NX + x).
#define ITEMS (TR / RR * NX)
#define RC (TC / NX)
#define RW (WIDE / NX)
#define ITEM_X (LOCAL_ID % NX)
#define ITEM_Y (LOCAL_ID / NX)
#define MOST_COLUMNS (TC > WIDE ? TC : WIDE)
#define PART_A (TK * (TR + 1))
#define PART_B (TK * (MOST_COLUMNS + 1))

// Keys of sequence `b`.
DEVICE int keys_of(int has_lengths, GLOBAL const int *lengths, int b, int tk) {
  if (!has_lengths) return tk;
  const int n = lengths[b];
  return n < 0 ? 0 : n > tk ? tk : n;
}

// Whether query i < tq sees key j of the `keys` that there are, when a causal one sees `ahead` more keys than its place.
DEVICE int sees(int tq, int keys, int causal, int ahead, int i, int j) {
  return i < tq && j < keys && (!causal || j <= i + ahead);
}

// acc [RR][RC] = the products of rows a0 .. a0 + TR of a and rows b0 .. b0 + TC of b, both [.., n]; rows from ra and rb
// on count as zeros.
DEVICE void product(GLOBAL const T *a, int a0, int ra, GLOBAL const T *b, int b0, int rb, int n, LOCAL T *pa,
                    LOCAL T *pb, T *acc) {
#pragma unroll
  for (int e = 0; e < RR * RC; e++) acc[e] = 0;
  for (int p = 0; p < n; p += TK) {
    SYNC;
    for (int e = LOCAL_ID; e < TR * TK; e += ITEMS) {
      const int row = a0 + e / TK, at = p + e % TK;
      pa[e % TK * (TR + 1) + e / TK] = row < ra && at < n ? a[row * n + at] : (T)0;
    }
    for (int e = LOCAL_ID; e < TC * TK; e += ITEMS) {
      const int row = b0 + e / TK, at = p + e % TK;
      pb[e % TK * (TC + 1) + e / TK] = row < rb && at < n ? b[row * n + at] : (T)0;
    }
    SYNC;
    for (int k = 0; k < TK; k++) {
      T u[RR], w[RC];
#pragma unroll
      for (int r = 0; r < RR; r++) u[r] = pa[k * (TR + 1) + ITEM_Y * RR + r];
#pragma unroll
      for (int c = 0; c < RC; c++) w[c] = pb[k * (TC + 1) + c * NX + ITEM_X];
#pragma unroll
      for (int r = 0; r < RR; r++)
#pragma unroll
        for (int c = 0; c < RC; c++) acc[r * RC + c] = FMA(u[r], w[c], acc[r * RC + c]);
    }
  }
}

// The tile from registers to local memory.
DEVICE void keep(const T *acc, LOCAL T *tile) {
#pragma unroll
  for (int r = 0; r < RR; r++)
#pragma unroll
    for (int c = 0; c < RC; c++) tile[(ITEM_Y * RR + r) * (TC + 1) + c * NX + ITEM_X] = acc[r * RC + c];
}

// acc [RR][RW] += the tile times rows b0 .. b0 + TC of b [.., n], columns w0 .. w0 + WIDE; rows from rb on count as
// zeros.
DEVICE void accumulate(LOCAL const T *tile, GLOBAL const T *b, int b0, int rb, int n, int w0, LOCAL T *pb, T *acc) {
  for (int p = 0; p < TC; p += TK) {
    SYNC;
    for (int e = LOCAL_ID; e < TK * WIDE; e += ITEMS) {
      const int row = b0 + p + e / WIDE, at = w0 + e % WIDE;
      pb[e / WIDE * (WIDE + 1) + e % WIDE] = row < rb && at < n ? b[row * n + at] : (T)0;
    }
    SYNC;
    for (int k = 0; k < TK; k++) {
      T u[RR], w[RW];
#pragma unroll
      for (int r = 0; r < RR; r++) u[r] = tile[(ITEM_Y * RR + r) * (TC + 1) + p + k];
#pragma unroll
      for (int c = 0; c < RW; c++) w[c] = pb[k * (WIDE + 1) + c * NX + ITEM_X];
#pragma unroll
      for (int r = 0; r < RR; r++)
#pragma unroll
        for (int c = 0; c < RW; c++) acc[r * RW + c] = FMA(u[r], w[c], acc[r * RW + c]);
    }
  }
}

// acc to rows r0 .. r0 + TR of y [rows, n], columns w0 .. w0 + WIDE.
DEVICE void put(const T *acc, GLOBAL T *y, int r0, int rows, int n, int w0) {
#pragma unroll
  for (int r = 0; r < RR; r++)
#pragma unroll
    for (int c = 0; c < RW; c++) {
      const int row = r0 + ITEM_Y * RR + r, at = w0 + c * NX + ITEM_X;
      if (row < rows && at < n) y[row * n + at] = acc[r * RW + c];
    }
}
