// The operands of conv.c by whole sectors of memory, for GPUs.
// The pixels of a tile (OP 2: of a slab) are a line: their elements in the order of memory, rows and images packed, but
// each as far into a sector as it is. One load of the line serves the `fan` taps of a row of the kernel: what it
// brought for place u is that of the pixel at u for the first of them, of the pixel at u - spacing for the next, ...
// Lanes begin at the sector in which the line does, so that a warp asks for whole sectors, and for each once.
// Where pixels are strided or rows too short for that, fan is 1 and the line has the pixels themselves.
#if OP == 2
#define PIXELS TK
#define TAPS TN
#else
#define PIXELS TN
#define TAPS TK
#endif
#define LINE (PIXELS + 32)
#define SECTOR 8

// Of `lanes` lanes for each of several rows: the row and the place of lane e. Transposing stores by a warp meet every
// bank once if they are of 4 rows that are neighbours; see COPY_ROW.
#if OP == 2 && defined(RM)
#define TOGETHER 4
#define RUN_A (TK + SECTOR)
#else
#define TOGETHER 1
#define RUN_A (TK + 32)
#endif
#define PLACE_OF(e, lanes) ((e) / 32 % ((lanes) * TOGETHER / 32) * (32 / TOGETHER) + (e) % (32 / TOGETHER))
#define ROW_OF(e, lanes) ((e) / 32 / ((lanes) * TOGETHER / 32) * TOGETHER + (e) / (32 / TOGETHER) % TOGETHER)

// How the places of lines follow each other: `pitch` from row to row, `image` from image to image, each of `ph` rows of
// pixels (of one image: those after its end too, so that it is never left); `margin` of places by which pixels overhang
// into the next row; `rows` loads that TAPS taps take at most.
typedef struct {
  int fan, spacing, linear, pitch, image, margin, rows, ph, h, w, stride, batch;
} Lines;

DEVICE Lines lines(const Geometry g, int batch) {
  Lines l;
  l.batch = batch;
  l.h = OP == 1 ? g.oh : g.h;
  l.w = OP == 1 ? g.ow : g.w;
  l.stride = l.h * l.w * g.groups * (OP == 1 ? g.og : g.cg);
  l.pitch = OP == 1 ? g.ow : g.sh * g.w;
  l.spacing = OP == 1 ? g.stepW * g.dw / g.sw : g.dw;
  l.fan = g.tapsW < 1 ? 1 : g.tapsW;
  l.margin = g.pw > l.pitch ? g.pw - l.pitch : 0;
  int reach = (l.fan - 1) * l.spacing;
  l.ph = batch == 1 ? g.ph + PIXELS : g.ph;
  l.image = (l.ph - 1) * l.pitch + g.pw + reach;
  l.image += (l.stride - l.image) & (SECTOR - 1);
  int rows = (PIXELS - 2) / g.pw + 1;
  int images = batch == 1 ? 0 : (PIXELS - 2) / (l.ph * g.pw) + 1;
  int most = PIXELS + 2 * l.margin + reach + SECTOR - 1;
  most += l.pitch > g.pw ? rows * (l.pitch - g.pw) : 0;
  most += l.image > l.ph * l.pitch ? images * (l.image - l.ph * l.pitch) : 0;
  l.linear = (OP == 1 || g.sw == 1) && l.margin <= l.pitch && most <= LINE;
  if (!l.linear) {
    l.fan = 1;
    l.margin = 0;
  }
  l.rows = (TAPS + 2 * l.fan - 2) / l.fan;
  return l;
}

// Tables in local memory lie field by field, for neighbours to meet different banks.
#define AT(table, i) (table)[i]
#define WITHIN(table, i) (table)[LINE + (i)]
#define FIRST(table, i) (table)[2 * LINE + (i)]
#define SECOND(table, i) (table)[3 * LINE + (i)]
#define Y_OF(table, i) (table)[i]
#define X_OF(table, i) (table)[PIXELS + (i)]
#define OTHER_OF(table, i) (table)[2 * PIXELS + (i)]
#define COLUMN_OF(table, e) (table)[3 * PIXELS + (e)]
#define ROW_AT(table, i) (table)[i]
#define ROW_Y(table, i) (table)[TAPS + (i)]
#define ROW_X(table, i) (table)[2 * TAPS + (i)]
#define ROW_WITHIN(table, i) (table)[3 * TAPS + (i)]

// Place of pixel p along all lines.
DEVICE int placeOf(const Geometry g, const Lines l, int p) {
  return p / (l.ph * g.pw) * l.image + p / g.pw % l.ph * l.pitch + p % g.pw;
}

// Column of the tile that the pixel e of those from p0 on has: where rows overhang, what overhangs comes last, so that
// lanes beside each other store to columns beside each other and meet each bank once.
#if OP == 1
DEVICE int overhanging(const Geometry g, const Lines l, int pixels) {
  int column = pixels % g.pw - l.pitch;
  return pixels / g.pw * l.margin + (column > 0 ? column : 0);
}

DEVICE int columnOf(const Geometry g, const Lines l, int p0, int e) {
  if (l.margin == 0) return e;
  int start = overhanging(g, l, p0);
  int before = overhanging(g, l, p0 + e) - start;
  return (p0 + e) % g.pw < l.pitch ? e - before : PIXELS - (overhanging(g, l, p0 + PIXELS) - start) + before;
}
#else
#define columnOf(g, l, p0, e) (e)
#endif

// The pixels from p0 on: of a place its element, in the image and in its plane, and the columns of the one or two pixels
// (where rows overhang) that it is, or -1; of a column its pixel's y, x and place in c or a; of a pixel its column.
DEVICE void layLine(LOCAL int *line, LOCAL int *spots, const Geometry g, const Lines l, int p0, int limit) {
  for (int e = LOCAL_ID; e < PIXELS; e += ITEMS) {
    Spot s = pixel(g, p0 + e, limit);
    int column = columnOf(g, l, p0, e);
    Y_OF(spots, column) = s.y;
    X_OF(spots, column) = s.x;
    OTHER_OF(spots, column) = s.other;
#if OP == 1
    COLUMN_OF(spots, e) = column;
#endif
    if (!l.linear) {
      AT(line, e) = s.at;
      WITHIN(line, e) = s.y == FAR ? FAR : s.y * l.w + s.x;
    }
  }
  if (!l.linear) {
    for (int e = LOCAL_ID; e < LINE; e += ITEMS) {
      FIRST(line, e) = e < PIXELS ? e : -1;
      SECOND(line, e) = -1;
    }
    return;
  }
  int from = placeOf(g, l, p0) - l.margin;
  int to = placeOf(g, l, (p0 + PIXELS < limit ? p0 + PIXELS : limit) - 1) + l.margin + (l.fan - 1) * l.spacing;
  for (int e = LOCAL_ID; e < LINE; e += ITEMS) {
    int place = from + e;
    int n = place < 0 ? 0 : place / l.image;
    place -= n * l.image;
    int row = place < 0 ? -1 : place / l.pitch;
    int column = place - row * l.pitch;
    int p = (n * l.ph + row) * g.pw + column - p0;
    int q = p - l.margin;
    int within = OP == 1 ? place : place - g.top * g.w - g.left;
    AT(line, e) = n * l.stride + within;
    WITHIN(line, e) = from + e <= to && n < l.batch ? within : FAR;
    bool first = row >= 0 && row < l.ph && column < g.pw && p >= 0 && p < PIXELS;
    bool second = row >= 1 && row <= l.ph && column < l.margin && q >= 0 && q < PIXELS;
    FIRST(line, e) = first ? columnOf(g, l, p0, p) : -1;
    SECOND(line, e) = second ? columnOf(g, l, p0, q) : -1;
  }
}

// The loads for the taps from t0 on: each where its lowest tap is.
DEVICE void layRows(LOCAL int *rows, LOCAL int *weights, const Geometry g, const Lines l, int t0, int limit) {
#if OP == 1
  for (int e = LOCAL_ID; e < TK; e += ITEMS) weights[e] = tap(g, t0 + e, limit).other;
#endif
  for (int e = LOCAL_ID; e < TAPS; e += ITEMS) {
    Spot s = tap(g, (t0 / l.fan + e) * l.fan + (OP == 1 ? l.fan - 1 : 0), limit);
    ROW_AT(rows, e) = s.at;
    ROW_Y(rows, e) = s.y;
    ROW_X(rows, e) = s.x;
    ROW_WITHIN(rows, e) = s.y == FAR ? FAR : s.y * l.w + s.x;
  }
}

// The place that a lane of a row of loads has: rows begin anywhere in a sector, lanes at its start.
DEVICE int placeIn(LOCAL const int *line, LOCAL const int *rows, const Lines l, int bAt, int row, int lane) {
  return l.linear ? lane - ((bAt + ROW_AT(rows, row) + AT(line, 0)) & (SECTOR - 1)) : lane;
}

DEVICE T fetchB(GLOBAL const T *b, LOCAL const int *line, LOCAL const int *rows, const Lines l, int bAt, uint e) {
  int row = ROW_OF(e, LINE);
  if (row >= l.rows) return 0;
  int u = placeIn(line, rows, l, bAt, row, PLACE_OF(e, LINE));
  if (u < 0 || (!l.linear && u >= PIXELS)) return 0;
  bool inside = (uint)(WITHIN(line, u) + ROW_WITHIN(rows, row)) < (uint)(l.h * l.w);
  return inside ? b[bAt + ROW_AT(rows, row) + AT(line, u)] : (T)0;
}

// Tables for each of the two slabs that are in the making: those of the steps, two, and those of the columns, one.
#if OP == 2
#define LINES 2
#define ROWS 1
#else
#define LINES 1
#define ROWS 2
#endif
#define FIELDS (OP == 1 ? 4 : 3)
#define TABLES                              \
  SHARED int line[LINES][4 * LINE];         \
  SHARED int spots[LINES][FIELDS * PIXELS]; \
  SHARED int taps[ROWS][4 * TAPS];          \
  SHARED int weights[2][OP == 1 ? TK : 1]
#define LAY_LINE(s, k) layLine(line[s], spots[s], g, l, OP == 2 ? (k) : n0, OP == 2 ? kEnd : columns)
#define LAY_ROWS(s, k) layRows(taps[s], weights[s], g, l, OP == 2 ? n0 : (k), OP == 2 ? columns : kEnd)

// What a load brought goes to all taps that it serves, but for the `skipped` ones that come before this slab or tile.
#define PUT_B(s, e, v)                                                                                    \
  for (int row = ROW_OF(e, LINE), once = row < l.rows; once; once = 0) {                                  \
    LOCAL const int *line_ = line[(s) % LINES], *spots_ = spots[(s) % LINES], *rows_ = taps[(s) % ROWS];  \
    int u = placeIn(line_, rows_, l, bAt, row, PLACE_OF(e, LINE));                                        \
    int y = ROW_Y(rows_, row);                                                                            \
    _Pragma("unroll 1") for (int f = 0; f < l.fan; f++) {                                                 \
      int away = (OP == 1 ? l.fan - 1 - f : f) * l.spacing;                                               \
      int x = ROW_X(rows_, row) + away;                                                                   \
      int t = row * l.fan + f - skipped;                                                                  \
      if (t < 0 || t >= TAPS || u < away) continue;                                                       \
      PUT_TAP(s, t, FIRST(line_, u - away), v)                                                            \
      if (l.margin > 0) PUT_TAP(s, t, SECOND(line_, u - away), v)                                         \
    }                                                                                                     \
  }
#define PUT_TAP(s, t, pixel, v)                                                                           \
  for (int p = (pixel); p >= 0; p = -1) {                                                                 \
    bool inside = (uint)(y + Y_OF(spots_, p)) < (uint)l.h && (uint)(x + X_OF(spots_, p)) < (uint)l.w;     \
    SLAB_B((s) % STAGES, OP == 2 ? p : t, OP == 2 ? t : p) = OPERAND(inside ? (v) : (T)0);                           \
  }

// Copies of a slab of a: along its rows of weights, across the weights of a tap, along sectors of the gradient.
#if OP == 0
#define COPIES_A (TM * TK)
#define ROW_OF_A(e) COPY_ROW((e) / TK, (e) % TK, 1)
#define STEP_OF_A(s, e) ((e) % TK)
#define IN_A(s, row, step) (k0 + (step) < kEnd)
#define AT_A(s, row, step) ((row) * lda + k0 + (step))
#elif OP == 1
#define COPIES_A (TM * TK)
#define ROW_OF_A(e) ((e) % TM)
#define STEP_OF_A(s, e) ((e) / TM)
#define IN_A(s, row, step) (weights[s][step] >= 0)
#define AT_A(s, row, step) (weights[s][step] * lda + (row))
#else
#define COPIES_A (TM * RUN_A)
#define ROW_OF_A(e) ROW_OF(e, RUN_A)
#define STEP_OF_A(s, e) \
  ((int)PLACE_OF(e, RUN_A) - ((aAt + (m0 + (int)ROW_OF_A(e)) * lda + OTHER_OF(spots[s], 0)) & (SECTOR - 1)))
#define IN_A(s, row, step) (OTHER_OF(spots[s], step) >= 0)
#define AT_A(s, row, step) ((row) * lda + OTHER_OF(spots[s], step))
#endif
#define LOAD_A(s, row, step) (m0 + row < rows && IN_A(s, row, step) ? a[aAt + AT_A(s, m0 + row, step)] : (T)0)
#define LOAD_B(s, e) fetchB(b, line[(s) % LINES], taps[(s) % ROWS], l, bAt, e)

// Turns of the group, as EACH, unrolled as `much` says.
#define EACH_TURN(much, total, e)                                                          \
  _Pragma(much) for (uint turn = 0, e = LOCAL_ID; turn < TURNS(total); turn++, e += ITEMS) \
    if ((total) % ITEMS == 0 || e < (total))
#define EACH_A(much, s, e, row, step)                                                            \
  EACH_TURN(much, COPIES_A, e)                                                                   \
    for (int row = ROW_OF_A(e), step = STEP_OF_A(s, e), once = OP != 2 || (step >= 0 && step < TK); once; once = 0)
#define EACH_B(much, e) EACH_TURN(much, TAPS * LINE, e)

// The next slab is fetched ahead if an item can keep its part in registers, otherwise copied a few loads at a time.
#define AHEAD (sizeof(T) / 4 * (TURNS(COPIES_A) + TURNS(TAPS * LINE)) <= 36)
#define FETCH(s)                                                          \
  EACH_A("unroll", s, e, row, step) ra[turn] = LOAD_A(s, row, step);      \
  EACH_B("unroll", e) rb[turn] = LOAD_B(s, e)
#define STORE(s)                                                                         \
  EACH_A("unroll", s, e, row, step) SLAB_A((s) % STAGES, step, row) = OPERAND(ra[turn]); \
  EACH_B("unroll", e) PUT_B(s, e, rb[turn])
#define COPY(s)                                                                                       \
  EACH_A("unroll 4", s, e, row, step) SLAB_A((s) % STAGES, step, row) = OPERAND(LOAD_A(s, row, step)); \
  EACH_B("unroll 4", e) for (T v = LOAD_B(s, e), *once = &v; once; once = 0) PUT_B(s, e, v)

// The i-th sum of the row that was handed over (see EACH_SUM), and its place in c, or -1: in the order of pixels or taps.
#if OP == 1
#define IN_TILE(i) COLUMN_OF(spots[0], i)
#else
#define IN_TILE(i) (i)
#endif
#ifdef LD_SUM
#define SUM_AT(i) ((float *)as[0])[e_ / TN * LD_SUM + IN_TILE(i)]
#else
#define SUM_AT(i) ELEMENTS(as[0])[e_ / TN * TN + IN_TILE(i)]
#endif
#if OP == 2
#define COLUMN_AT(i) (n0 + (i) < columns ? n0 + (i) : -1)
#else
#define COLUMN_AT(i) OTHER_OF(spots[0], IN_TILE(i))
#endif
