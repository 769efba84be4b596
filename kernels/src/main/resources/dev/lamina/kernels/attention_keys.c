// attention_keys: dk [pairs, tk, d] = ds^T q of an attention, with ds = p * (dy v^T - delta) * scale and the weights
// p = exp(scores - logs) made again; see attention.h and dev.lamina.op.AttentionGradient.
// A group takes a tile of keys and WIDE columns of dk, and goes over the tiles of queries that see them: tiles of
// scores are transposed here. Flops: 2 tq tk (2 d + dv) per pair; bytes: q and dy once per tile of keys.
KERNEL attention_keys(GLOBAL const T *RESTRICT q, int qo, GLOBAL const T *RESTRICT k, int ko,
                      GLOBAL const T *RESTRICT v, int vo, GLOBAL const int *RESTRICT lengths, int leo,
                      GLOBAL const T *RESTRICT bias, int bo, GLOBAL const T *RESTRICT logs, int lo,
                      GLOBAL const T *RESTRICT dy, int dyo, GLOBAL const T *RESTRICT delta, int deo,
                      GLOBAL T *RESTRICT dk, int dko, T scale, int heads, int tq, int tk, int d, int dv,
                      int causal, int has_lengths, int has_bias, int b0, int b1, int b2, int b3) {
  SHARED T tile[TR * (TC + 1)];
  SHARED T pa[PART_A];
  SHARED T pb[PART_B];
  const int tiles = (tk + TR - 1) / TR, pieces = d > WIDE ? (d + WIDE - 1) / WIDE : 1;
  const int piece = GROUP_ID % pieces, j0 = GROUP_ID / pieces % tiles * TR, pair = GROUP_ID / pieces / tiles;
  const int keys = keys_of(has_lengths, lengths + leo, pair / heads, tk), end = j0 < keys ? tq : 0;
  int first = causal ? j0 - (tk - tq) : 0;
  first = first < 0 ? 0 : first / TC * TC;
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
  for (int i0 = first; i0 < end; i0 += TC) {
    product(k, j0, keys, q, i0, tq, d, pa, pb, scores);
    product(v, j0, keys, dy, i0, tq, dv, pa, pb, ds);
#pragma unroll
    for (int r = 0; r < RR; r++)
#pragma unroll
      for (int c = 0; c < RC; c++) {
        const int j = j0 + ITEM_Y * RR + r, i = i0 + c * NX + ITEM_X, e = r * RC + c;
        if (sees(tq, keys, causal, tk - tq, i, j)) {
          T score = scores[e] * scale;
          if (has_bias) score += bias[i * b2 + j * b3];
          ds[e] = exp(score - logs[i]) * (ds[e] - delta[i]) * scale;
        } else
          ds[e] = 0;
      }
    keep(ds, tile);
    accumulate(tile, q, i0, tq, d, piece * WIDE, pb, acc);
  }
  put(acc, dk + dko + pair * tk * d, j0, tk, d, piece * WIDE);
}
