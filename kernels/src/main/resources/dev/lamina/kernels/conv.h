// The geometry of a convolution as a product, see conv.c: what a pixel and a tap are, and where their elements lie.
#define FAR (1 << 29)

// On a GPU operands come by whole sectors, conv_lines.h, otherwise element by element, conv_items.h. There slabs of the
// weight gradient are deep, as its operands run along k, and so there is one at a time.
#if STAGES == 2
#define BY_LINES 1
#if OP == 2
#undef STAGES
#define STAGES 1
#endif
#else
#define BY_LINES 0
#endif

// Rows of weights for each channel of y; by lines those of all channels of x lie side by side, see conv_weights.c.
#define WEIGHT_ROWS(g) (BY_LINES ? 1 : (g).cg)

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
    s.other = (channel * WEIGHT_ROWS(g) * g.kh + g.tapH + i * g.stepH) * g.kw + g.tapW + j * g.stepW;
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
