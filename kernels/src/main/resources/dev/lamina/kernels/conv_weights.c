// out [outer, taps, columns, up to a multiple of 8] = w [outer, columns, taps]: weights for the gradient of the input,
// for which those of one tap are read side by side. What pads a row stays as it is: nobody reads it.
// Defines: T, ROWS and TAPS of the piece that a group takes through local memory at a time; `odd` keeps its columns in
// different banks. Bytes: w and out once.
#define EACH_PIECE(e, size) for (int e = LOCAL_ID; e < (size); e += LOCAL_SIZE)

KERNEL convWeights(GLOBAL const T *RESTRICT w, int wAt, GLOBAL T *RESTRICT out, int outer, int columns, int taps) {
  SHARED T piece[ROWS * (TAPS + 1)];
  int ld = (columns + 7) / 8 * 8;
  int across = (taps + TAPS - 1) / TAPS, down = (columns + ROWS - 1) / ROWS;
  for (int i = GROUP_ID; i < outer * across * down; i += GROUPS) {
    int o = i / (across * down), c0 = i / across % down * ROWS, t0 = i % across * TAPS;
    int wide = taps - t0 < TAPS ? taps - t0 : TAPS, high = columns - c0 < ROWS ? columns - c0 : ROWS, odd = wide | 1;
    EACH_PIECE(e, wide * high)
      piece[e / wide * odd + e % wide] = w[wAt + (o * columns + c0 + e / wide) * taps + t0 + e % wide];
    SYNC;
    EACH_PIECE(e, wide * ROWS)
      if (e % ROWS < high) out[(o * taps + t0 + e / ROWS) * ld + c0 + e % ROWS] = piece[e % ROWS * odd + e / ROWS];
    SYNC;
  }
}
