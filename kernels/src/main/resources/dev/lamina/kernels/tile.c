// What every tiled product shares: a group keeps a TK-deep slab of each operand in local memory and multiplies them;
// an item holds RM x RN sums in registers.
// Defines: T; TM, TN, TK the group's tile; RM, RN the item's; RUN consecutive columns (rows: as many, at most RM) an
// item reads at once; WIDE 1 to read them by float4 (T float, RUN and RM multiples of 4); STAGES 2 to fetch the next slab into registers while this one is used, 1 to copy it straight.
// Work per item and slab: RM * RN * TK multiply-adds for (RM + RN) * TK local reads.
#define ITEMS ((TM / RM) * (TN / RN))
#define ROW_RUN (RUN < RM ? RUN : RM)
// One pad column per vector keeps transposing stores off each other's banks and rows aligned to 16 bytes.
#define PAD 4
#define LDM (TM + PAD)
#define LDN (TN + PAD)

// Row of the tile that copy q of a row's v steps from k on belongs to, where operands are stored along k: rotated for
// the later half of a slab, so that a transposing store by 32 items meets every bank once.
#if STAGES == 1
#define COPY_ROW(q, k, v) (q)
#else
#define COPY_ROW(q, k, v) (((q) & ~(4 * (v) - 1)) | (((q) + 2 * (v) * ((k) / 8)) & (4 * (v) - 1)))
#endif

// Row or column of the tile for an item's i-th of R: runs of `run`, dealt out to the `lanes` items in turn.
#define SPREAD(lane, lanes, run, i) ((i) / (run) * (run) * (lanes) + (lane) * (run) + (i) % (run))
#define TILE_ROW(i) SPREAD(LOCAL_ID / (TN / RN), TM / RM, ROW_RUN, (i))
#define TILE_COLUMN(j) SPREAD(LOCAL_ID % (TN / RN), TN / RN, RUN, (j))

// A slab of local memory for each stage, and its elements: whole vectors, because those are aligned everywhere.
#if WIDE
#define SLAB(name, size) SHARED float4 name[STAGES][(size) / 4]
#else
#define SLAB(name, size) SHARED T name[STAGES][size]
#endif
#define ELEMENTS(slab) ((LOCAL T *)(slab))

#define SLABS        \
  SLAB(as, TK * LDM); \
  SLAB(bs, TK * LDN)
#define SLAB_A(s, k, row) ELEMENTS(as[s])[(k) * LDM + (row)]
#define SLAB_B(s, k, column) ELEMENTS(bs[s])[(k) * LDN + (column)]
#define OPERAND(v) (v)

// Turns of the group over `total` things, e being the item's own in each.
#define TURNS(total) (((total) + ITEMS - 1) / ITEMS)
#define EACH(total, e) \
  for (uint turn = 0, e = LOCAL_ID; turn < TURNS(total); turn++, e += ITEMS) \
    if ((total) % ITEMS == 0 || e < (total))

#define SUMS(name) T name[RM][RN]
#define ZERO(sums)                                      \
  _Pragma("unroll") for (int i_ = 0; i_ < RM; i_++)     \
    _Pragma("unroll") for (int j_ = 0; j_ < RN; j_++) sums[i_][j_] = 0
#define MULTIPLY(s, sums) multiply(ELEMENTS(as[s]), ELEMENTS(bs[s]), sums)

// Visits the sums of the group: `row` and `column` of the tile, and the value. On a GPU sums change hands through local
// memory, a row of each item at a time, so that neighbouring items store neighbouring columns; a sum lives in registers
// only if every index is constant. On a processor a short loop compiles faster.
#if STAGES == 1
#define EACH_SUM(sums, row, column, value)                                             \
  _Pragma("unroll 1") for (int i_ = 0; i_ < RM; i_++)                                  \
    _Pragma("unroll 1") for (int j_ = 0; j_ < RN; j_++)                                \
      for (int row = TILE_ROW(i_), column = TILE_COLUMN(j_), once = 1; once; once = 0) \
        for (T value = sums[i_][j_]; once; once = 0)
#else
#if TM / RM * TN > STAGES * TK * LDM
#error "the slabs are too small to hand a row of sums over"
#endif
#define EACH_SUM(sums, row, column, value)                                                                         \
  _Pragma("unroll") for (int i_ = 0; i_ < RM; i_++)                                                                \
    for (int handed = (SYNC, hand(ELEMENTS(as[0]), sums[i_]), SYNC, 1); handed; handed = 0)                        \
      EACH(TM / RM * TN, e_)                                                                                       \
        for (int row = SPREAD(e_ / TN, TM / RM, ROW_RUN, i_), column = e_ % TN, once = 1; once; once = 0)          \
          for (T value = ELEMENTS(as[0])[e_]; once; once = 0)

// One row of an item's sums to its place in out [TM / RM, TN].
DEVICE void hand(LOCAL T *out, const T sums[RN]) {
  out += LOCAL_ID / (TN / RN) * TN;
#if WIDE
#pragma unroll
  for (int j = 0; j < RN; j += 4) STORE4(MAKE4(sums[j], sums[j + 1], sums[j + 2], sums[j + 3]), out + TILE_COLUMN(j));
#else
#pragma unroll
  for (int j = 0; j < RN; j++) out[TILE_COLUMN(j)] = sums[j];
#endif
}
#endif

// acc += a^T b for one slab: a [TK, LDM], b [TK, LDN]. The sums of the loop are its own, so that a compiler which
// keeps `acc` in memory across barriers (PoCL) still loops over registers.
DEVICE void multiply(LOCAL const T *a, LOCAL const T *b, T acc[RM][RN]) {
  T sum[RM][RN];
#pragma unroll
  for (int i = 0; i < RM; i++)
#pragma unroll
    for (int j = 0; j < RN; j++) sum[i][j] = acc[i][j];
  for (int k = 0; k < TK; k++) {
    T x[RM], y[RN];
#if WIDE
#pragma unroll
    for (int i = 0; i < RM; i += 4) {
      float4 v = LOAD4(a + k * LDM + TILE_ROW(i));
      x[i] = v.x;
      x[i + 1] = v.y;
      x[i + 2] = v.z;
      x[i + 3] = v.w;
    }
#pragma unroll
    for (int j = 0; j < RN; j += 4) {
      float4 v = LOAD4(b + k * LDN + TILE_COLUMN(j));
      y[j] = v.x;
      y[j + 1] = v.y;
      y[j + 2] = v.z;
      y[j + 3] = v.w;
    }
#else
#pragma unroll
    for (int i = 0; i < RM; i++) x[i] = a[k * LDM + TILE_ROW(i)];
#pragma unroll
    for (int j = 0; j < RN; j++) y[j] = b[k * LDN + TILE_COLUMN(j)];
#endif
#pragma unroll
    for (int i = 0; i < RM; i++)
#pragma unroll
      for (int j = 0; j < RN; j++) sum[i][j] = FMA(x[i], y[j], sum[i][j]);
  }
#pragma unroll
  for (int i = 0; i < RM; i++)
#pragma unroll
    for (int j = 0; j < RN; j++) acc[i][j] = sum[i][j];
}
