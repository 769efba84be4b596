// attention: y [pairs, tq, dv] = softmax(scale * q k^T + bias) v and, for each row, the logarithm of the softmax's
// divisor; q [pairs, tq, d], k [pairs, tk, d], v [pairs, tk, dv]. See attention.h and dev.lamina.op.Attention.
// A group takes a tile of queries and WIDE columns of y, and goes over the tiles of keys that it sees; sums and y are
// corrected as larger scores come up. Flops: 2 tq tk (d + dv) per pair, that of d for each WIDE columns; bytes: k and v
// once per tile of queries. Local memory: a tile of scores and two parts of operands.
#define LANES (ITEMS / TR)

KERNEL attention(GLOBAL const T *RESTRICT q, int qo, GLOBAL const T *RESTRICT k, int ko, GLOBAL const T *RESTRICT v,
                 int vo, GLOBAL const int *RESTRICT lengths, int leo, GLOBAL const T *RESTRICT bias, int bo,
                 GLOBAL T *RESTRICT y, int yo, GLOBAL T *RESTRICT logs, int lo, T scale, int heads, int tq, int tk,
                 int d, int dv, int causal, int has_lengths, int has_bias, int b0, int b1, int b2, int b3) {
  SHARED T tile[TR * (TC + 1)];
  SHARED T pa[PART_A];
  SHARED T pb[PART_B];
  SHARED T lane_part[ITEMS];
  SHARED T factor[TR];
  const int tiles = (tq + TR - 1) / TR, pieces = dv > WIDE ? (dv + WIDE - 1) / WIDE : 1;
  const int piece = GROUP_ID % pieces, i0 = GROUP_ID / pieces % tiles * TR, pair = GROUP_ID / pieces / tiles;
  const int keys = keys_of(has_lengths, lengths + leo, pair / heads, tk);
  int end = causal ? i0 + TR + tk - tq : keys;
  if (end > keys) end = keys;
  q += qo + pair * tq * d;
  k += ko + pair * tk * d;
  v += vo + pair * tk * dv;
  bias += bo + pair / heads * b0 + pair % heads * b1;
  // For the softmax an item is lane `lane` of row `row`, so that the rows of neighbours lie in different banks.
  const int row = LOCAL_ID % TR, lane = LOCAL_ID / TR;
  T most = (T)LOWEST, sum = 0;
  T acc[RR * RW], scores[RR * RC];
#pragma unroll
  for (int e = 0; e < RR * RW; e++) acc[e] = 0;
  for (int j0 = 0; j0 < end; j0 += TC) {
    product(q, i0, tq, k, j0, keys, d, pa, pb, scores);
#pragma unroll
    for (int r = 0; r < RR; r++)
#pragma unroll
      for (int c = 0; c < RC; c++) {
        const int i = i0 + ITEM_Y * RR + r, j = j0 + c * NX + ITEM_X;
        T score = (T)(-INFINITY);
        if (sees(tq, keys, causal, tk - tq, i, j)) {
          score = scores[r * RC + c] * scale;
          if (has_bias) score += bias[i * b2 + j * b3];
        }
        scores[r * RC + c] = score;
      }
    keep(scores, tile);
    SYNC;
    T now = most;
    for (int c = lane; c < TC; c += LANES) {
      const T u = tile[row * (TC + 1) + c];
      now = now > u || now != now ? now : u;
    }
    lane_part[LOCAL_ID] = now;
    SYNC;
    for (int l = 0; l < LANES; l++) {
      const T u = lane_part[l * TR + row];
      now = now > u || now != now ? now : u;
    }
    SYNC;
    T part = 0;
    for (int c = lane; c < TC; c += LANES) {
      const T p = exp(tile[row * (TC + 1) + c] - now);
      tile[row * (TC + 1) + c] = p;
      part += p;
    }
    lane_part[LOCAL_ID] = part;
    const T shrink = exp(most - now);
    if (lane == 0) factor[row] = shrink;
    most = now;
    SYNC;
    sum *= shrink;
    for (int l = 0; l < LANES; l++) sum += lane_part[l * TR + row];
#pragma unroll
    for (int r = 0; r < RR; r++)
#pragma unroll
      for (int c = 0; c < RW; c++) acc[r * RW + c] *= factor[ITEM_Y * RR + r];
    accumulate(tile, v, j0, keys, dv, piece * WIDE, pb, acc);
    SYNC;
  }
  if (lane == 0) {
    factor[row] = sum == (T)0 ? (T)0 : (T)1 / sum;
    if (piece == 0 && i0 + row < tq) logs[lo + pair * tq + i0 + row] = sum == (T)0 ? (T)0 : most + log(sum);
  }
  SYNC;
#pragma unroll
  for (int r = 0; r < RR; r++)
#pragma unroll
    for (int c = 0; c < RW; c++) acc[r * RW + c] *= factor[ITEM_Y * RR + r];
  put(acc, y + yo + pair * tq * dv, i0, tq, dv, piece * WIDE);
}
