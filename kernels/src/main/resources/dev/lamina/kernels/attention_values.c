// attention_values: dval [pairs, tk, dv] = p^T dy of an attention, with the weights p = exp(scores - logs) made again;
// see attention.h and dev.lamina.op.AttentionGradient.
// A group takes a tile of keys and WIDE columns of dval, and goes over the tiles of queries that see them: tiles of
// scores are transposed here. Flops: 2 tq tk (d + dv) per pair; bytes: q and dy once per tile of keys.
KERNEL attention_values(GLOBAL const T *RESTRICT q, int qo, GLOBAL const T *RESTRICT k, int ko,
                        GLOBAL const T *RESTRICT v, int vo, GLOBAL const int *RESTRICT lengths, int leo,
                        GLOBAL const T *RESTRICT bias, int bo, GLOBAL const T *RESTRICT logs, int lo,
                        GLOBAL const T *RESTRICT dy, int dyo, GLOBAL const T *RESTRICT delta, int deo,
                        GLOBAL T *RESTRICT dval, int dvo, T scale, int heads, int tq, int tk, int d, int dv,
                        int causal, int has_lengths, int has_bias, int b0, int b1, int b2, int b3) {
  SHARED T tile[TR * (TC + 1)];
  SHARED T pa[PART_A];
  SHARED T pb[PART_B];
  const int tiles = (tk + TR - 1) / TR, pieces = dv > WIDE ? (dv + WIDE - 1) / WIDE : 1;
  const int piece = GROUP_ID % pieces, j0 = GROUP_ID / pieces % tiles * TR, pair = GROUP_ID / pieces / tiles;
  const int keys = keys_of(has_lengths, lengths + leo, pair / heads, tk), end = j0 < keys ? tq : 0;
  int first = causal ? j0 - (tk - tq) : 0;
  first = first < 0 ? 0 : first / TC * TC;
  q += qo + pair * tq * d;
  k += ko + pair * tk * d;
  dy += dyo + pair * tq * dv;
  logs += lo + pair * tq;
  bias += bo + pair / heads * b0 + pair % heads * b1;
  T acc[RR * RW], p[RR * RC];
#pragma unroll
  for (int e = 0; e < RR * RW; e++) acc[e] = 0;
  for (int i0 = first; i0 < end; i0 += TC) {
    product(k, j0, keys, q, i0, tq, d, pa, pb, p);
#pragma unroll
    for (int r = 0; r < RR; r++)
#pragma unroll
      for (int c = 0; c < RC; c++) {
        const int j = j0 + ITEM_Y * RR + r, i = i0 + c * NX + ITEM_X, e = r * RC + c;
        if (sees(tq, keys, causal, tk - tq, i, j)) {
          T score = p[e] * scale;
          if (has_bias) score += bias[i * b2 + j * b3];
          p[e] = exp(score - logs[i]);
        } else
          p[e] = 0;
      }
    keep(p, tile);
    accumulate(tile, dy, i0, tq, dv, piece * WIDE, pb, acc);
  }
  put(acc, dval + dvo + pair * tk * dv, j0, tk, dv, piece * WIDE);
}
