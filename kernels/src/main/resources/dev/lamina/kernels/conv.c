// Convolution and its two adjoints as one implicit matrix product, c [m, n] = a [m, k] x b [k, n]: no column matrix.
// OP 0, forward:  m = output channels of a group, n = pixels of all outputs, k = taps (channel, row, column)
// OP 1, input:    m = input channels of a group, n = input pixels of one phase (row % sh, column % sw), k = the taps
//                 that reach this phase (output channel, row, column): no products with zeros under a stride
// OP 2, weight:   m = output channels of a group, n = taps, k = pixels of all outputs, in slices for slices.c to add
// x [batch, groups * cg, h, w], weight [groups * og, cg, kh, kw], y [batch, groups * og, oh, ow].
// Operand b is the image: its element for a tap and a pixel is at tap.at + pixel.at, and in the padding unless
// (tap.y + pixel.y, tap.x + pixel.x) is inside. Both summands are looked up in local memory: a slab needs no division
// but those of its own TK steps.
// Defines: OP and those of the tiles, tile.c or mma.h. Group: a tile of one phase, group and slice; neighbours share columns of b.
// Flops 2 m n k; bytes (weights ceil(n / TN) + image + output * slices) * sizeof(T), with the image's halo from cache.
#define FAR (1 << 29)
#define ALONG_K (OP == 2)

// Sizes of one group; of one phase: its pixels, its first tap, its number of taps and where the first one reads.
typedef struct {
  int groups, cg, h, w, og, oh, ow, kh, kw, sh, sw, top, left, dh, dw, stepH, stepW;
  int phaseH, phaseW, ph, pw, tapH, tapW, taps, tapsW, y0, x0;
} Geometry;

// A pixel or a tap: its summands, and its place in c (as a column) or a (as a step); other < 0: none.
typedef struct {
  int at, y, x, other;
} Spot;

DEVICE Spot nowhere(void) {
  Spot s;
  s.at = 0;
  s.y = FAR;
  s.x = 0;
  s.other = -1;
  return s;
}

DEVICE Spot pixel(const Geometry g, int p, int limit) {
  Spot s = nowhere();
  if (p < limit) {
    int n = p / (g.ph * g.pw);
    int row = p / g.pw % g.ph;
    int column = p % g.pw;
    int x = n * g.groups * g.cg * g.h * g.w;
    int y = n * g.groups * g.og * g.oh * g.ow;
#if OP == 1
    int h = row * g.sh + g.phaseH;
    int w = column * g.sw + g.phaseW;
    s.y = row;
    s.x = column;
    s.at = y + row * g.ow + column;
    s.other = h < g.h && w < g.w ? x + h * g.w + w : -1;
#else
    s.y = row * g.sh - g.top;
    s.x = column * g.sw - g.left;
    s.at = x + s.y * g.w + s.x;
    s.other = y + row * g.ow + column;
#endif
  }
  return s;
}

DEVICE Spot tap(const Geometry g, int t, int limit) {
  Spot s = nowhere();
  if (t < limit) {
    int channel = t / g.taps;
    int i = t / g.tapsW * g.tapsW;
    int j = t - i;
    i = (i - channel * g.taps) / g.tapsW;
#if OP == 1
    s.y = g.y0 - i * (g.stepH * g.dh / g.sh);
    s.x = g.x0 - j * (g.stepW * g.dw / g.sw);
    s.at = (channel * g.oh + s.y) * g.ow + s.x;
    s.other = (channel * g.cg * g.kh + g.tapH + i * g.stepH) * g.kw + g.tapW + j * g.stepW;
#else
    s.y = i * g.dh;
    s.x = j * g.dw;
    s.at = (channel * g.h + s.y) * g.w + s.x;
    s.other = t;
#endif
  }
  return s;
}

#if OP == 1
// The first tap of a phase, `size` if there is none.
DEVICE int firstTap(int phase, int before, int dilation, int stride, int size) {
  int i = 0;
  while (i < size && (phase + before - i * dilation) % stride != 0) i++;
  return i;
}
#endif

#if OP == 2
#define STEP(k) pixel(g, (k), kEnd)
#define COLUMN(n) tap(g, (n), columns)
#else
#define STEP(k) tap(g, (k), kEnd)
#define COLUMN(n) pixel(g, (n), columns)
#endif
#define STEP_OF(e) (ALONG_K ? (e) % TK : (e) / TN)
#define COLUMN_OF(e) (ALONG_K ? COPY_ROW((e) / TK, (e) % TK, 1) : (e) % TN)
#define ROW_OF(e) COPY_ROW((e) / TK, (e) % TK, 1)

// Spots in local memory lie field by field, for neighbours to meet different banks.
DEVICE void keep(LOCAL int *table, int size, int i, Spot s) {
  table[i] = s.at;
  table[size + i] = s.y;
  table[2 * size + i] = s.x;
  table[3 * size + i] = s.other;
}

DEVICE Spot kept(LOCAL const int *table, int size, int i) {
  Spot s;
  s.at = table[i];
  s.y = table[size + i];
  s.x = table[2 * size + i];
  s.other = table[3 * size + i];
  return s;
}

#define STEPS(table, k) \
  for (int e = LOCAL_ID; e < TK; e += ITEMS) keep(table, TK, e, STEP((k) + e))

DEVICE T fetchA(GLOBAL const T *a, LOCAL const int *step, int row, int rows, int ld, uint e) {
  int at = kept(step, TK, e % TK).other;
  row += ROW_OF(e);
  return row < rows && at >= 0 ? a[row * ld + at] : (T)0;
}

DEVICE T fetchB(GLOBAL const T *b, LOCAL const int *step, LOCAL const int *column, int h, int w, uint e) {
  Spot k = kept(step, TK, STEP_OF(e));
  Spot n = kept(column, TN, COLUMN_OF(e));
  return (uint)(k.y + n.y) < (uint)h && (uint)(k.x + n.x) < (uint)w ? b[k.at + n.at] : (T)0;
}

#define FETCH_A(s, e) fetchA(a, step[s], m0, rows, lda, e)
#define FETCH_B(s, e) fetchB(b, step[s], column, imageH, imageW, e)
#define PUT_A(s, e, v) SLAB_A(s, (e) % TK, ROW_OF(e)) = OPERAND(v)
#define PUT_B(s, e, v) SLAB_B(s, STEP_OF(e), COLUMN_OF(e)) = OPERAND(v)

KERNEL conv(GLOBAL const T *RESTRICT a, GLOBAL const T *RESTRICT b, GLOBAL T *RESTRICT c, int aAt, int bAt, int cAt,
            int batch, int groups, int cg, int h, int w, int og, int oh, int ow, int kh, int kw, int sh, int sw,
            int top, int left, int dh, int dw, int stepH, int stepW, int slice BIAS_PARAMETERS) {
  SLABS;
  SHARED int step[STAGES][4 * TK];
  SHARED int column[4 * TN];
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
  int lda = kh * kw;
  int ldc = h * w;
  int imageH = oh;
  int imageW = ow;
  a += aAt + group * og * cg * kh * kw;
  b += bAt + group * og * oh * ow;
  c += cAt + group * cg * h * w;
#else
  int imageH = h;
  int imageW = w;
  b += bAt + group * cg * h * w;
#if OP == 0
  int kEnd = cg * kh * kw;
  int lda = kEnd;
  int ldc = oh * ow;
  a += aAt + group * og * kEnd;
  c += cAt + group * og * oh * ow;
#else
  k0 = part / groups * slice;
  int kEnd = k0 + slice < pixels ? k0 + slice : pixels;
  int lda = oh * ow;
  int ldc = columns;
  a += aAt + group * og * oh * ow;
  c += cAt + part * og * columns;
#endif
#endif
  for (int e = LOCAL_ID; e < TN; e += ITEMS) keep(column, TN, e, COLUMN(n0 + e));
  SUMS(acc);
  ZERO(acc);
  STEPS(step[0], k0);
  SYNC;
#if STAGES == 1
  while (k0 < kEnd) {
    EACH(TM * TK, e) PUT_A(0, e, FETCH_A(0, e));
    EACH(TN * TK, e) PUT_B(0, e, FETCH_B(0, e));
    SYNC;
    k0 += TK;
    STEPS(step[0], k0);
    MULTIPLY(0, acc);
    SYNC;
  }
#else
  T ra[TURNS(TM * TK)], rb[TURNS(TN * TK)];
  EACH(TM * TK, e) ra[turn] = FETCH_A(0, e);
  EACH(TN * TK, e) rb[turn] = FETCH_B(0, e);
  for (int s = 0; k0 < kEnd; s ^= 1) {
    EACH(TM * TK, e) PUT_A(s, e, ra[turn]);
    EACH(TN * TK, e) PUT_B(s, e, rb[turn]);
    k0 += TK;
    STEPS(step[s ^ 1], k0);
    SYNC;
    EACH(TM * TK, e) ra[turn] = FETCH_A(s ^ 1, e);
    EACH(TN * TK, e) rb[turn] = FETCH_B(s ^ 1, e);
    MULTIPLY(s, acc);
  }
#endif
  EACH_SUM(acc, row, i, v) {
    int at = kept(column, TN, i).other;
    if (m0 + row < rows && at >= 0) c[(m0 + row) * ldc + at] = FINISH(v, group * rows + m0 + row);
  }
}
