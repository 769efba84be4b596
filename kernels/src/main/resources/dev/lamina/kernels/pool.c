// Pooling of planes [h, w] to [oh, ow] by windows of kh x kw under stride, padding and overhang, and its adjoints by
// gathering: an input pixel looks at the windows that cover it, so nothing is scattered and the order is fixed.
// Define: T. One element of the output per item and turn. Bytes: input and output once, the overlap of windows from
// cache; flops: one per element of a window.

// The windows that cover position p: [first, last).
#define FIRST_WINDOW(p, size, stride) ((p) < (size) ? 0 : ((p) - (size)) / (stride) + 1)
#define LAST_WINDOW(p, stride, count) ((p) / (stride) + 1 < (count) ? (p) / (stride) + 1 : (count))
#define AT_LEAST(a, b) ((a) > (b) ? (a) : (b))
#define AT_MOST(a, b) ((a) < (b) ? (a) : (b))

// y the largest element, index its row * w + column: the first of equals, the first NaN.
KERNEL maxPool(GLOBAL const T *RESTRICT x, GLOBAL T *RESTRICT y, GLOBAL int *RESTRICT index, int xAt, int yAt,
               int indexAt, int planes, int h, int w, int oh, int ow, int kh, int kw, int sh, int sw, int top,
               int left) {
  for (int e = GLOBAL_ID; e < planes * oh * ow; e += GLOBAL_SIZE) {
    GLOBAL const T *plane = x + xAt + e / (oh * ow) * h * w;
    int row = e / ow % oh * sh - top;
    int column = e % ow * sw - left;
    int r0 = AT_LEAST(row, 0);
    int s0 = AT_LEAST(column, 0);
    int r1 = AT_MOST(row + kh, h);
    int s1 = AT_MOST(column + kw, w);
    int best = r0 * w + s0;
    T most = plane[best];
    for (int r = r0; r < r1; r++)
      for (int s = s0; s < s1; s++) {
        T v = plane[r * w + s];
        if (v > most || (v != v && most == most)) {
          most = v;
          best = r * w + s;
        }
      }
    y[yAt + e] = most;
    index[indexAt + e] = best;
  }
}

// dx = the sum of dy over the windows whose largest element is this one.
KERNEL maxPoolInput(GLOBAL const T *RESTRICT dy, GLOBAL const int *RESTRICT index, GLOBAL T *RESTRICT dx, int dyAt,
                    int indexAt, int dxAt, int planes, int h, int w, int oh, int ow, int kh, int kw, int sh, int sw,
                    int top, int left) {
  for (int e = GLOBAL_ID; e < planes * h * w; e += GLOBAL_SIZE) {
    int plane = e / (h * w) * oh * ow;
    int row = e / w % h + top;
    int column = e % w + left;
    T sum = 0;
    for (int r = FIRST_WINDOW(row, kh, sh); r < LAST_WINDOW(row, sh, oh); r++)
      for (int s = FIRST_WINDOW(column, kw, sw); s < LAST_WINDOW(column, sw, ow); s++)
        if (index[indexAt + plane + r * ow + s] == e % (h * w)) sum += dy[dyAt + plane + r * ow + s];
    dx[dxAt + e] = sum;
  }
}

// y = x at the index.
KERNEL maxPoolPick(GLOBAL const T *RESTRICT x, GLOBAL const int *RESTRICT index, GLOBAL T *RESTRICT y, int xAt,
                   int indexAt, int yAt, int n, int image, int windows) {
  for (int e = GLOBAL_ID; e < n; e += GLOBAL_SIZE) y[yAt + e] = x[xAt + e / windows * image + index[indexAt + e]];
}

// What the mean of the window at (row, column) divides by: its elements inside the input, or inside the padding.
DEVICE T divisor(int row, int column, int h, int w, int kh, int kw, int bottom, int right, int includePad) {
  int r1 = AT_MOST(row + kh, h + bottom);
  int s1 = AT_MOST(column + kw, w + right);
  if (includePad) return (T)((r1 - row) * (s1 - column));
  return (T)((AT_MOST(r1, h) - AT_LEAST(row, 0)) * (AT_MOST(s1, w) - AT_LEAST(column, 0)));
}

// y = the mean.
KERNEL avgPool(GLOBAL const T *RESTRICT x, GLOBAL T *RESTRICT y, int xAt, int yAt, int planes, int h, int w, int oh,
               int ow, int kh, int kw, int sh, int sw, int top, int left, int bottom, int right, int includePad) {
  for (int e = GLOBAL_ID; e < planes * oh * ow; e += GLOBAL_SIZE) {
    GLOBAL const T *plane = x + xAt + e / (oh * ow) * h * w;
    int row = e / ow % oh * sh - top;
    int column = e % ow * sw - left;
    T sum = 0;
    for (int r = AT_LEAST(row, 0); r < AT_MOST(row + kh, h); r++)
      for (int s = AT_LEAST(column, 0); s < AT_MOST(column + kw, w); s++) sum += plane[r * w + s];
    y[yAt + e] = sum / divisor(row, column, h, w, kh, kw, bottom, right, includePad);
  }
}

// dx = the sum of dy / divisor over the windows that cover this pixel.
KERNEL avgPoolInput(GLOBAL const T *RESTRICT dy, GLOBAL T *RESTRICT dx, int dyAt, int dxAt, int planes, int h, int w,
                    int oh, int ow, int kh, int kw, int sh, int sw, int top, int left, int bottom, int right,
                    int includePad) {
  for (int e = GLOBAL_ID; e < planes * h * w; e += GLOBAL_SIZE) {
    GLOBAL const T *plane = dy + dyAt + e / (h * w) * oh * ow;
    int row = e / w % h + top;
    int column = e % w + left;
    T sum = 0;
    for (int r = FIRST_WINDOW(row, kh, sh); r < LAST_WINDOW(row, sh, oh); r++)
      for (int s = FIRST_WINDOW(column, kw, sw); s < LAST_WINDOW(column, sw, ow); s++)
        sum += plane[r * ow + s]
               / divisor(r * sh - top, s * sw - left, h, w, kh, kw, bottom, right, includePad);
    dx[dxAt + e] = sum;
  }
}
