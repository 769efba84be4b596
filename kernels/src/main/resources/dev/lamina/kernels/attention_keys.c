// attention_keys: dk [pairs, tk, d] = ds^T q and dv [pairs, tk, dv] = p^T dy of an attention, with the weights
// p = exp(scores - logs) made again and ds = p * (dy v^T - delta) * scale; see attention.h and
// dev.lamina.op.AttentionGradient.
// A group takes a tile of keys and WIDE columns of dk and of dv, and goes over the tiles of queries that see them:
// tiles of scores are transposed here. Flops: 4 tq tk (d + dv) per pair; bytes: q and dy once per tile of keys.
KERNEL attention_keys(GLOBAL const T *RESTRICT q, int qo, GLOBAL const T *RESTRICT k, int ko,
                      GLOBAL const T *RESTRICT v, int vo, GLOBAL const int *RESTRICT lengths, int leo,
                      GLOBAL const T *RESTRICT bias, int bo, GLOBAL const T *RESTRICT logs, int lo,
                      GLOBAL const T *RESTRICT dy, int dyo, GLOBAL const T *RESTRICT delta, int deo,
                      GLOBAL T *RESTRICT dk, int dko, GLOBAL T *RESTRICT dval, int dvo, T scale, int heads, int tq,
                      int tk, int d, int dv, int causal, int has_lengths, int has_bias, int b0, int b1, int b2,
                      int b3) {
  SHARED T tile[TR * (TC + 1)];
  SHARED T pa[PART_A];
  SHARED T pb[PART_B];
  const Sizes s = {heads, tq, tk, d, dv, causal, has_lengths, has_bias};
  const int widest = d > dv ? d : dv;
  const int tiles = (tk + TR - 1) / TR, pieces = widest > WIDE ? (widest + WIDE - 1) / WIDE : 1;
  const int piece = GROUP_ID % pieces, j0 = GROUP_ID / pieces % tiles * TR, pair = GROUP_ID / pieces / tiles;
  const int keys = keys_of(s, lengths + leo, pair);
  int first = causal ? j0 - (tk - tq) : 0;
  first = first < 0 ? 0 : first / TC * TC;
  q += qo + pair * tq * d;
  k += ko + pair * tk * d;
  v += vo + pair * tk * dv;
  dy += dyo + pair * tq * dv;
  logs += lo + pair * tq;
  delta += deo + pair * tq;
  bias += bo + pair / heads * b0 + pair % heads * b1;
  T acc_k[RR * RW], acc_v[RR * RW];
  for (int e = 0; e < RR * RW; e++) acc_k[e] = acc_v[e] = 0;
  for (int i0 = first; i0 < tq && j0 < keys; i0 += TC) {
    T p[RR * RC], ds[RR * RC];
    product(k, j0, keys, q, i0, tq, d, pa, pb, p);
    product(v, j0, keys, dy, i0, tq, dv, pa, pb, ds);
    for (int r = 0; r < RR; r++)
      for (int c = 0; c < RC; c++) {
        const int j = j0 + ITEM_Y * RR + r, i = i0 + c * NX + ITEM_X, e = r * RC + c;
        if (sees(s, keys, i, j)) {
          T score = p[e] * scale;
          if (has_bias) score += bias[i * b2 + j * b3];
          p[e] = exp(score - logs[i]);
          ds[e] = p[e] * (ds[e] - delta[i]) * scale;
        } else
          p[e] = ds[e] = 0;
      }
    keep(p, tile);
    accumulate(tile, dy, i0, tq, dv, piece * WIDE, pb, acc_v);
    SYNC;
    keep(ds, tile);
    accumulate(tile, q, i0, tq, d, piece * WIDE, pb, acc_k);
    SYNC;
  }
  put(acc_k, dk + dko + pair * tk * d, j0, tk, d, piece * WIDE);
  put(acc_v, dval + dvo + pair * tk * dv, j0, tk, dv, piece * WIDE);
}
