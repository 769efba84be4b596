// Loops over the lanes of a warp, and typed access to registers.
#pragma once
#include <cmath>
#include <cstring>

#include "machine.h"

namespace cudasim {

template <class F>
inline void each(uint32_t mask, F f) {
  if (mask == ~0u) {
#pragma GCC ivdep
    for (int i = 0; i < 32; i++) f(i);
  } else
    for (uint32_t m = mask; m; m &= m - 1) f(__builtin_ctz(m));
}

template <class R, class F>
void unary(Warp &w, const Code &c, uint32_t mask, F f) {
  using D = decltype(f(R()));
  D *d = w.reg<D>(c.d);
  const R *a = w.reg<R>(c.a);
  each(mask, [=](int i) { d[i] = f(a[i]); });
}

template <class R, class F>
void binary(Warp &w, const Code &c, uint32_t mask, F f) {
  using D = decltype(f(R(), R()));
  D *d = w.reg<D>(c.d);
  const R *a = w.reg<R>(c.a), *b = w.reg<R>(c.b);
  each(mask, [=](int i) { d[i] = f(a[i], b[i]); });
}

template <class R, class F>
void ternary(Warp &w, const Code &c, uint32_t mask, F f) {
  R *d = w.reg<R>(c.d);
  const R *a = w.reg<R>(c.a), *b = w.reg<R>(c.b), *e = w.reg<R>(c.c);
  each(mask, [=](int i) { d[i] = f(a[i], b[i], e[i]); });
}

}  // namespace cudasim
