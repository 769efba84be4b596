// Convolution and its two adjoints as one implicit matrix product, c [m, n] = a [m, k] x b [k, n]: no column matrix.
// OP 0, forward:  m = output channels of a group, n = pixels of all outputs, k = taps (channel, row, column)
// OP 1, input:    m = input channels of a group, n = input pixels of one phase (row % sh, column % sw), k = the taps
//                 that reach this phase (output channel, row, column): no products with zeros under a stride
// OP 2, weight:   m = output channels of a group, n = taps, k = pixels of all outputs, in slices for slices.c to add
// x [batch, groups * cg, h, w], weight [groups * og, cg, kh, kw], y [batch, groups * og, oh, ow].
// Operand b is the image: its element for a tap and a pixel is at tap.at + pixel.at, and in the padding unless
// (tap.y + pixel.y, tap.x + pixel.x) is inside. Both summands are looked up in local memory: a slab needs no division
// but those of its own TK steps. How operands come to local memory: conv_lines.h (GPUs), conv_items.h (processors).
// Defines: OP and those of the tiles, tile.c or mma.h. Group: a tile of one phase, group and slice; neighbours share columns of b.
// Flops 2 m n k; bytes (weights ceil(n / TN) + image + output * slices) * sizeof(T), with the image's halo from cache.

KERNEL conv(GLOBAL const T *RESTRICT a, GLOBAL const T *RESTRICT b, GLOBAL T *RESTRICT c, int aAt, int bAt, int cAt,
            int batch, int groups, int cg, int h, int w, int og, int oh, int ow, int kh, int kw, int sh, int sw,
            int top, int left, int dh, int dw, int stepH, int stepW, int slice BIAS_PARAMETERS) {
  SLABS;
#if BY_LINES
  TABLES;
#else
  SHARED int step[4 * TK];
  SHARED int column[4 * TN];
#endif
  int rows = OP == 1 ? cg : og;
  int rowTiles = (rows + TM - 1) / TM;
  Geometry g = {groups, cg, h, w, og, oh, ow, kh, kw, sh, sw, top, left, dh, dw, stepH, stepW, 0, 0, oh, ow, 0, 0,
                kh * kw, kw, 0, 0};
#if OP == 1
  g.ph = (h + sh - 1) / sh;
  g.pw = (w + sw - 1) / sw;
#endif
  int pixels = batch * g.ph * g.pw;
  int columns = OP == 2 ? cg * kh * kw : pixels;
  int tiles = rowTiles * ((columns + TN - 1) / TN);
  int part = GROUP_ID / tiles;
  int m0 = GROUP_ID % tiles % rowTiles * TM;
  int n0 = GROUP_ID % tiles / rowTiles * TN;
  int group = part % groups;
  int k0 = 0;
#if OP == 1
  int phase = part / groups;
  g.phaseH = phase / sw;
  g.phaseW = phase % sw;
  g.tapH = firstTap(g.phaseH, top, dh, sh, kh);
  g.tapW = firstTap(g.phaseW, left, dw, sw, kw);
  g.tapsW = (kw - g.tapW + stepW - 1) / stepW;
  g.taps = (kh - g.tapH + stepH - 1) / stepH * g.tapsW;
  g.y0 = (g.phaseH + top - g.tapH * dh) / sh;
  g.x0 = (g.phaseW + left - g.tapW * dw) / sw;
  int kEnd = og * g.taps;
  int lda = !BY_LINES ? kh * kw : kh * kw == 1 ? cg : (cg + 7) / 8 * 8;
  int ldc = h * w;
  int imageH = oh;
  int imageW = ow;
  aAt += BY_LINES ? group * og * kh * kw * lda : group * og * cg * kh * kw;
  bAt += group * og * oh * ow;
  cAt += group * cg * h * w;
#else
  int imageH = h;
  int imageW = w;
  bAt += group * cg * h * w;
#if OP == 0
  int kEnd = cg * kh * kw;
  int lda = kEnd;
  int ldc = oh * ow;
  aAt += group * og * kEnd;
  cAt += group * og * oh * ow;
#else
  k0 = part / groups * slice;
  int kEnd = k0 + slice < pixels ? k0 + slice : pixels;
  int lda = oh * ow;
  int ldc = columns;
  aAt += group * og * oh * ow;
  cAt += part * og * columns;
#endif
#endif
  SUMS(acc);
  ZERO(acc);
#if BY_LINES
  Lines l = lines(g, batch);
  LAY_LINE(0, k0);
  LAY_ROWS(0, k0);
  SYNC;
  T ra[TURNS(COPIES_A)], rb[TURNS(TAPS * LINE)];
  if (AHEAD) {
    FETCH(0);
  }
  for (int s = 0; k0 < kEnd; s ^= 1) {
    int skipped = (OP == 2 ? n0 : k0) % l.fan;
    if (AHEAD) {
      STORE(s);
    } else {
      COPY(s);
    }
    k0 += TK;
#if OP == 2
    LAY_LINE(s ^ 1, k0);
#else
    LAY_ROWS(s ^ 1, k0);
#endif
    SYNC;
    if (AHEAD) {
      FETCH(s ^ 1);
    }
    MULTIPLY(s % STAGES, acc);
#if STAGES == 1
    SYNC;
#endif
  }
  // Each row of c begins anywhere in a sector: a warp stores from the start of one on, the first one what was left over.
  EACH_SUM(acc, row, first, v) {
    int at = cAt + (m0 + row) * ldc;
    int i = (first + TN - ((at + COLUMN_AT(0)) & (SECTOR - 1))) % TN;
    if (m0 + row < rows && COLUMN_AT(i) >= 0) c[at + COLUMN_AT(i)] = FINISH(SUM_AT(i), group * rows + m0 + row);
  }
#else
  a += aAt;
  b += bAt;
  for (int e = LOCAL_ID; e < TN; e += ITEMS) keep(column, TN, e, COLUMN(n0 + e));
  STEPS(step, k0);
  SYNC;
  while (k0 < kEnd) {
    EACH(TM * TK, e) PUT_A(e, FETCH_A(e));
    EACH(TN * TK, e) PUT_B(e, FETCH_B(e));
    SYNC;
    k0 += TK;
    STEPS(step, k0);
    MULTIPLY(0, acc);
    SYNC;
  }
  EACH_SUM(acc, row, i, v) {
    int at = kept(column, TN, i).other;
    if (m0 + row < rows && at >= 0) c[cAt + (m0 + row) * ldc + at] = FINISH(v, group * rows + m0 + row);
  }
#endif
}
