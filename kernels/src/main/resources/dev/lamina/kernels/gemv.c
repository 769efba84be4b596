// y [batch, n] = x [batch, k] times a matrix [batch, n, k] (ROWS 1: rows along k) or [batch, k, n] (ROWS 0), batches
// broadcast by strides. Memory decides the speed: each matrix element is read once, neighbours by neighbours.
// Defines: T; ROWS; LANES items share one output, ITEMS are in a group. Lane sums are added in a fixed tree.
// Flops 2 n k; bytes (n k + k + n) * sizeof(T) for each batch.
#define OUTPUTS (ITEMS / LANES)

KERNEL gemv(GLOBAL const T *RESTRICT matrix, GLOBAL const T *RESTRICT x, GLOBAL T *RESTRICT y, int matrixAt, int xAt,
            int yAt, int n, int k, int d1, int d2, int m0, int m1, int m2, int x0, int x1, int x2) {
  SHARED T sums[ITEMS];
  int blocks = (n + OUTPUTS - 1) / OUTPUTS;
  int batch = GROUP_ID / blocks;
  int lane = ROWS ? LOCAL_ID % LANES : LOCAL_ID / OUTPUTS;
  int own = ROWS ? LOCAL_ID / LANES : LOCAL_ID % OUTPUTS;
  int output = GROUP_ID % blocks * OUTPUTS + own;
  int slot = lane * OUTPUTS + own;
  matrix += matrixAt + batch / (d1 * d2) * m0 + batch / d2 % d1 * m1 + batch % d2 * m2;
  x += xAt + batch / (d1 * d2) * x0 + batch / d2 % d1 * x1 + batch % d2 * x2;
  T sum = 0;
  if (output < n)
    for (int i = lane; i < k; i += LANES) sum = FMA(matrix[ROWS ? output * k + i : i * n + output], x[i], sum);
  sums[slot] = sum;
  SYNC;
  for (int apart = LANES / 2; apart > 0; apart /= 2) {
    if (lane < apart) sums[slot] += sums[slot + apart * OUTPUTS];
    SYNC;
  }
  if (lane == 0 && output < n) y[yAt + batch * n + output] = sums[slot];
}
