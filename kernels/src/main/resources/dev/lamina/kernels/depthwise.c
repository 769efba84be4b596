// Convolution and its adjoints by the definition, for groups of too few channels to fill a tile (depthwise above all).
// x [batch, groups * cg, h, w], weight [groups * og, cg, kh, kw], y [batch, groups * og, oh, ow].
// Define: T. `depthwise` and `depthwiseInput`: one output element per item and turn, 2 cg (og) kh kw flops each; image
// neighbours come from cache. `depthwiseWeight`: one weight per group of ITEMS, which add over batch, oh, ow in a
// fixed tree. Bytes: operands and output once, the overlap of windows from cache.
KERNEL depthwise(GLOBAL const T *RESTRICT weight, GLOBAL const T *RESTRICT x, GLOBAL T *RESTRICT y, int weightAt,
                 int xAt, int yAt, int batch, int groups, int cg, int h, int w, int og, int oh, int ow, int kh, int kw,
                 int sh, int sw, int top, int left, int dh, int dw) {
  weight += weightAt;
  x += xAt;
  y += yAt;
  int total = batch * groups * og * oh * ow;
  for (int e = GLOBAL_ID; e < total; e += GLOBAL_SIZE) {
    int column = e % ow * sw - left;
    int row = e / ow % oh * sh - top;
    int o = e / (ow * oh) % (groups * og);
    int n = e / (ow * oh) / (groups * og);
    T sum = 0;
    for (int c = 0; c < cg; c++) {
      GLOBAL const T *plane = x + ((n * groups + o / og) * cg + c) * h * w;
      GLOBAL const T *taps = weight + (o * cg + c) * kh * kw;
      for (int i = 0; i < kh; i++)
        for (int j = 0; j < kw; j++) {
          int r = row + i * dh;
          int s = column + j * dw;
          if (r >= 0 && r < h && s >= 0 && s < w) sum = FMA(plane[r * w + s], taps[i * kw + j], sum);
        }
    }
    y[e] = sum;
  }
}

KERNEL depthwiseInput(GLOBAL const T *RESTRICT weight, GLOBAL const T *RESTRICT dy, GLOBAL T *RESTRICT dx,
                      int weightAt, int dyAt, int dxAt, int batch, int groups, int cg, int h, int w, int og, int oh,
                      int ow, int kh, int kw, int sh, int sw, int top, int left, int dh, int dw) {
  weight += weightAt;
  dy += dyAt;
  dx += dxAt;
  int total = batch * groups * cg * h * w;
  for (int e = GLOBAL_ID; e < total; e += GLOBAL_SIZE) {
    int column = e % w + left;
    int row = e / w % h + top;
    int c = e / (w * h) % (groups * cg);
    int n = e / (w * h) / (groups * cg);
    T sum = 0;
    for (int o = 0; o < og; o++) {
      GLOBAL const T *plane = dy + ((n * groups + c / cg) * og + o) * oh * ow;
      GLOBAL const T *taps = weight + ((c / cg * og + o) * cg + c % cg) * kh * kw;
      for (int i = 0; i < kh; i++)
        for (int j = 0; j < kw; j++) {
          int r = row - i * dh;
          int s = column - j * dw;
          if (r >= 0 && s >= 0 && r % sh == 0 && s % sw == 0 && r / sh < oh && s / sw < ow)
            sum = FMA(plane[r / sh * ow + s / sw], taps[i * kw + j], sum);
        }
    }
    dx[e] = sum;
  }
}

KERNEL depthwiseWeight(GLOBAL const T *RESTRICT dy, GLOBAL const T *RESTRICT x, GLOBAL T *RESTRICT dw_, int dyAt,
                       int xAt, int dwAt, int batch, int groups, int cg, int h, int w, int og, int oh, int ow, int kh,
                       int kw, int sh, int sw, int top, int left, int dh, int dw) {
  SHARED T sums[ITEMS];
  int j = GROUP_ID % kw;
  int i = GROUP_ID / kw % kh;
  int c = GROUP_ID / (kw * kh) % cg;
  int o = GROUP_ID / (kw * kh) / cg;
  T sum = 0;
  for (int p = LOCAL_ID; p < batch * oh * ow; p += ITEMS) {
    int n = p / (oh * ow);
    int r = p / ow % oh * sh - top + i * dh;
    int s = p % ow * sw - left + j * dw;
    if (r >= 0 && r < h && s >= 0 && s < w)
      sum = FMA(x[xAt + (((n * groups + o / og) * cg + c) * h + r) * w + s],
                dy[dyAt + (n * groups * og + o) * oh * ow + p % (oh * ow)], sum);
  }
  sums[LOCAL_ID] = sum;
  SYNC;
  for (int apart = ITEMS / 2; apart > 0; apart /= 2) {
    if (LOCAL_ID < apart) sums[LOCAL_ID] += sums[LOCAL_ID + apart];
    SYNC;
  }
  if (LOCAL_ID == 0) dw_[dwAt + GROUP_ID] = sums[0];
}
