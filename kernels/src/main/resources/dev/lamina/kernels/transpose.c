// transpose: y[TO(b) + i * ys + j] = x[FROM(b) + j * xs + i] for b < batch, i < p, j < q: the fastest axes of x
// (i) and y (j) are exchanged.
// A group takes one TILE x TILE tile at a time through local memory, so that both reads and writes run along
// neighbours; the odd row length keeps the columns in different banks. Bytes: x and y once.
KERNEL transpose(GLOBAL const T *RESTRICT x, int xo, GLOBAL T *RESTRICT y, int yo, int p, int q, int ys, int xs,
                 int across, int down, int total PARAMETERS) {
  SHARED T tile[TILE * (TILE + 1)];
  for (int t = GROUP_ID; t < total; t += GROUPS) {
    const int b = t / (across * down);
    const int i0 = t % across * TILE, j0 = t / across % down * TILE;
    for (int k = LOCAL_ID; k < TILE * TILE; k += LOCAL_SIZE) {
      const int i = i0 + k % TILE, j = j0 + k / TILE;
      if (i < p && j < q) tile[k / TILE * (TILE + 1) + k % TILE] = x[xo + FROM(b) + j * xs + i];
    }
    SYNC;
    for (int k = LOCAL_ID; k < TILE * TILE; k += LOCAL_SIZE) {
      const int i = i0 + k / TILE, j = j0 + k % TILE;
      if (i < p && j < q) y[yo + TO(b) + i * ys + j] = tile[k % TILE * (TILE + 1) + k / TILE];
    }
    SYNC;
  }
}
