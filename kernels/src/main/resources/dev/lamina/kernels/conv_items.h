// The operands of conv.c element by element, for processors: each looks up its pixel and its tap, and is copied straight.
// Spots in local memory lie field by field, for neighbours to meet different banks.
#define ROW_OF(e) ((e) / TK)
#if OP == 2
#define STEP(k) pixel(g, (k), kEnd)
#define COLUMN(n) tap(g, (n), columns)
#else
#define STEP(k) tap(g, (k), kEnd)
#define COLUMN(n) pixel(g, (n), columns)
#endif
#define STEP_OF(e) (OP == 2 ? (e) % TK : (e) / TN)
#define COLUMN_OF(e) (OP == 2 ? (e) / TK : (e) % TN)

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

#define FETCH_A(e) fetchA(a, step, m0, rows, lda, e)
#define FETCH_B(e) fetchB(b, step, column, imageH, imageW, e)
#define PUT_A(e, v) SLAB_A(0, (e) % TK, ROW_OF(e)) = OPERAND(v)
#define PUT_B(e, v) SLAB_B(0, STEP_OF(e), COLUMN_OF(e)) = OPERAND(v)
