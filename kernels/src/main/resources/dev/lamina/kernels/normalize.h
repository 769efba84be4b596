// What the normalisation kernels share. Forward: v = x; the statistics are mean and rstd = 1 / sqrt(variance + eps)
// and the result is (x - mean) * rstd. GRADIENT: v = dy, w = y; the statistics are the means of dy and dy * y and
// the result is (dy - mean(dy) - y * mean(dy * y)) * rstd.
// While they are collected, (a, b) are forward the mean and the sum of squared deviations from it, by the update of
// Welford (1962) and the merge of Chan, Golub and LeVeque (1979), which lose nothing where the mean is large;
// for the gradient plain sums.

#if GRADIENT
#define SECOND(w) (w)
#define RESULT(v, w, r, a, b) (((v) - (a) - (w) * (b)) * (r))
#else
#define SECOND(w) ((T)0)
#define RESULT(v, w, r, a, b) (((v) - (a)) * (b))
#endif

// Takes in one more element, the n-th.
DEVICE void take(int n, T v, T w, T *a, T *b) {
#if GRADIENT
  *a += v;
  *b += v * w;
#else
  const T d = v - *a;
  *a += d - d == (T)0 ? d / (T)n : v; // an infinite element or mean makes the mean infinite, as a sum would
  *b += d * (v - *a);
#endif
}

// Merges the statistics (c, d) of m elements into those of n.
DEVICE void merge(int n, T *a, T *b, int m, T c, T d) {
#if GRADIENT
  *a += c;
  *b += d;
#else
  if (m == 0) return;
  if (n == 0) {
    *a = c;
    *b = d;
    return;
  }
  const T share = (T)m / (T)(n + m), far = c - *a;
  *a += far - far == (T)0 ? far * share : c;
  *b += d + far * far * ((T)n * share);
#endif
}

// From what was collected over n elements to the statistics.
DEVICE void finish(int n, T eps, T *a, T *b) {
#if GRADIENT
  *a /= (T)n;
  *b /= (T)n;
#else
  *b = rsqrt(*b / (T)n + eps);
#endif
}
