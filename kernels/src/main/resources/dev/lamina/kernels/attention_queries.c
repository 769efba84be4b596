// attention_queries: dq [pairs, tq, d] = ds k of an attention, with ds = p * (dy v^T - delta) * scale and the weights
// p = exp(scores - logs) made again; see attention.h and dev.lamina.op.AttentionGradient.
// A group takes a tile of queries and WIDE columns of dq, and goes over the tiles of keys that it sees. Flops:
// 2 tq tk (2 d + dv) per pair; bytes: k and v once per tile of queries.
KERNEL attention_queries(GLOBAL const T *RESTRICT q, int qo, GLOBAL const T *RESTRICT k, int ko,
                         GLOBAL const T *RESTRICT v, int vo, GLOBAL const int *RESTRICT lengths, int leo,
                         GLOBAL const T *RESTRICT bias, int bo, GLOBAL const T *RESTRICT logs, int lo,
                         GLOBAL const T *RESTRICT dy, int dyo, GLOBAL const T *RESTRICT delta, int deo,
                         GLOBAL T *RESTRICT dq, int dqo, T scale, int heads, int tq, int tk, int d, int dv, int causal,
                         int has_lengths, int has_bias, int b0, int b1, int b2, int b3) {
  SHARED T tile[TR * (TC + 1)];
  SHARED T pa[PART_A];
  SHARED T pb[PART_B];
  const int tiles = (tq + TR - 1) / TR, pieces = d > WIDE ? (d + WIDE - 1) / WIDE : 1;
  const int piece = GROUP_ID % pieces, i0 = GROUP_ID / pieces % tiles * TR, pair = GROUP_ID / pieces / tiles;
  const int keys = keys_of(has_lengths, lengths + leo, pair / heads, tk);
  int end = causal ? i0 + TR + tk - tq : keys;
  if (end > keys) end = keys;
  q += qo + pair * tq * d;
  k += ko + pair * tk * d;
  v += vo + pair * tk * dv;
  dy += dyo + pair * tq * dv;
  logs += lo + pair * tq;
  delta += deo + pair * tq;
  bias += bo + pair / heads * b0 + pair % heads * b1;
  T acc[RR * RW], scores[RR * RC], ds[RR * RC];
#pragma unroll
  for (int e = 0; e < RR * RW; e++) acc[e] = 0;
  for (int j0 = 0; j0 < end; j0 += TC) {
    product(q, i0, tq, k, j0, keys, d, pa, pb, scores);
    product(dy, i0, tq, v, j0, keys, dv, pa, pb, ds);
#pragma unroll
    for (int r = 0; r < RR; r++)
#pragma unroll
      for (int c = 0; c < RC; c++) {
        const int i = i0 + ITEM_Y * RR + r, j = j0 + c * NX + ITEM_X, e = r * RC + c;
        if (sees(tq, keys, causal, tk - tq, i, j)) {
          T score = scores[e] * scale;
          if (has_bias) score += bias[i * b2 + j * b3];
          ds[e] = exp(score - logs[i]) * (ds[e] - delta[i]) * scale;
        } else
          ds[e] = 0;
      }
    keep(ds, tile);
    accumulate(tile, k, j0, keys, d, piece * WIDE, pb, acc);
  }
  put(acc, dq + dqo + pair * tq * d, i0, tq, d, piece * WIDE);
}
