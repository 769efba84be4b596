// cast: y[i] = (TO)x[i] for n elements.
// An item takes 1 element at a time; bytes: x and y once.
// Floating to integer truncates towards zero and wraps around at the type's size; NaN becomes 0.

#if CUTS
// The integer part modulo 2^32. From 2^63 on it is what a conversion through 64 saturating bits leaves.
DEVICE int wrap(FROM x) {
  const FROM whole = (FROM)4294967296.0f;
  if (x != x || x <= (FROM)-9223372036854775808.0f) return 0;
  if (x >= (FROM)9223372036854775808.0f) return -1;
  const FROM a = floor(fabs(x));
  const uint low = (uint)(a - floor(a / whole) * whole);
  return x < 0 ? (int)(0u - low) : (int)low;
}
#else
#define wrap(x) (x)
#endif

KERNEL cast(GLOBAL const FROM *RESTRICT x, int xo, GLOBAL TO *RESTRICT y, int yo, int n) {
  for (int i = GLOBAL_ID; i < n; i += GLOBAL_SIZE) {
    const FROM v = x[xo + i];
    y[yo + i] = (TO)wrap(v);
  }
}
