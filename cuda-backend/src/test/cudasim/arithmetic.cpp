// Arithmetic instructions by name: `add.f32`, `setp.lt.s32`, `cvt.rni.f32.f32`, ... each a loop over lanes.
#include "arithmetic.h"

#include <cfenv>
#include <limits>
#include <type_traits>
#include <unordered_map>

#include "lanes.h"

namespace cudasim {
namespace {

using Table = std::unordered_map<std::string, Run>;

#define UN(T, expression) \
  [](Warp &w, const Code &c, uint32_t m) { unary<T>(w, c, m, [](T a) { return (T)(expression); }); }
#define BIN(T, expression) \
  [](Warp &w, const Code &c, uint32_t m) { binary<T>(w, c, m, [](T a, T b) { return (T)(expression); }); }
#define TER(T, expression) \
  [](Warp &w, const Code &c, uint32_t m) { ternary<T>(w, c, m, [](T a, T b, T e) { return (T)(expression); }); }

/// A double to float, rounded down ('m'), up ('p') or to zero ('z').
float directed(double x, char mode) {
  float f = (float)x;
  bool down = mode == 'm' || (mode == 'z' && x > 0), up = mode == 'p' || (mode == 'z' && x < 0);
  if (down && f > x) return std::nextafterf(f, -INFINITY);
  if (up && f < x) return std::nextafterf(f, INFINITY);
  return f;
}

template <class T>
T quotient(T a, T b) {
  if (b == 0) return (T)-1;
  if (std::is_signed<T>::value && b == (T)-1) return (T)(0 - (typename std::make_unsigned<T>::type)a);
  return a / b;
}

template <class T>
T remainder(T a, T b) {
  if (b == 0) return a;
  if (std::is_signed<T>::value && b == (T)-1) return 0;
  return a % b;
}

template <class T>
T shifted(T a, uint32_t n, bool left) {
  constexpr uint32_t bits = sizeof(T) * 8;
  if (n >= bits) return !left && std::is_signed<T>::value && a < 0 ? (T)-1 : (T)0;
  return left ? (T)((typename std::make_unsigned<T>::type)a << n) : (T)(a >> n);
}

template <class T, bool LEFT>
void shift(Warp &w, const Code &c, uint32_t mask) {
  T *d = w.reg<T>(c.d);
  const T *a = w.reg<T>(c.a);
  const uint32_t *b = w.reg<uint32_t>(c.b);
  each(mask, [=](int i) { d[i] = shifted(a[i], b[i], LEFT); });
}

template <class T, class W>
void wide(Warp &w, const Code &c, uint32_t mask) {
  W *d = w.reg<W>(c.d);
  const T *a = w.reg<T>(c.a), *b = w.reg<T>(c.b);
  each(mask, [=](int i) { d[i] = (W)a[i] * (W)b[i]; });
}

template <class T, class W>
void wideAdd(Warp &w, const Code &c, uint32_t mask) {
  W *d = w.reg<W>(c.d);
  const T *a = w.reg<T>(c.a), *b = w.reg<T>(c.b);
  const W *e = w.reg<W>(c.c);
  each(mask, [=](int i) { d[i] = (W)((W)a[i] * (W)b[i] + e[i]); });
}

template <class T>
void select(Warp &w, const Code &c, uint32_t mask) {
  T *d = w.reg<T>(c.d);
  const T *a = w.reg<T>(c.a), *b = w.reg<T>(c.b);
  const uint8_t *p = w.reg<uint8_t>(c.c);
  each(mask, [=](int i) { d[i] = p[i] ? a[i] : b[i]; });
}

template <class T>
void integers(Table &t, const std::string &n) {
  using U = typename std::make_unsigned<T>::type;
  t["add." + n] = BIN(T, (U)a + (U)b);
  t["sub." + n] = BIN(T, (U)a - (U)b);
  t["mul.lo." + n] = BIN(T, (uint64_t)a * (uint64_t)b);
  t["mad.lo." + n] = TER(T, (uint64_t)a * (uint64_t)b + (uint64_t)e);
  t["div." + n] = BIN(T, quotient(a, b));
  t["rem." + n] = BIN(T, remainder(a, b));
  t["min." + n] = BIN(T, a < b ? a : b);
  t["max." + n] = BIN(T, a > b ? a : b);
  t["neg." + n] = UN(T, 0 - (U)a);
  t["abs." + n] = UN(T, a < 0 ? 0 - (U)a : (U)a);
  t["shl." + n] = shift<T, true>;
  t["shr." + n] = shift<T, false>;
}

template <class T>
void bits(Table &t, const std::string &n) {
  t["and." + n] = BIN(T, a & b);
  t["or." + n] = BIN(T, a | b);
  t["xor." + n] = BIN(T, a ^ b);
  t["not." + n] = UN(T, ~a);
  t["shl." + n] = shift<T, true>;
  t["shr." + n] = shift<T, false>;
}

template <class T>
T least(T a, T b) {
  return std::fmin(a, b);
}

template <class T>
void floats(Table &t, const std::string &n) {
  for (std::string r : {"", ".rn"}) {
    t["add" + r + "." + n] = BIN(T, a + b);
    t["sub" + r + "." + n] = BIN(T, a - b);
    t["mul" + r + "." + n] = BIN(T, a * b);
    t["fma" + r + "." + n] = TER(T, std::fma(a, b, e));
    t["div" + r + "." + n] = BIN(T, a / b);
    t["sqrt" + r + "." + n] = UN(T, std::sqrt(a));
    t["rcp" + r + "." + n] = UN(T, 1 / a);
  }
  t["neg." + n] = UN(T, -a);
  t["abs." + n] = UN(T, std::fabs(a));
  t["min." + n] = BIN(T, std::fmin(a, b));
  t["max." + n] = BIN(T, std::fmax(a, b));
  t["copysign." + n] = BIN(T, std::copysign(b, a));  // the sign comes first
}

void approximations(Table &t) {
  for (std::string f : {"", ".ftz"}) {
    t["ex2.approx" + f + ".f32"] = UN(float, std::exp2((double)a));
    t["lg2.approx" + f + ".f32"] = UN(float, std::log2((double)a));
    t["sin.approx" + f + ".f32"] = UN(float, std::sin((double)a));
    t["cos.approx" + f + ".f32"] = UN(float, std::cos((double)a));
    t["tanh.approx" + f + ".f32"] = UN(float, std::tanh((double)a));
    t["rcp.approx" + f + ".f32"] = UN(float, 1 / a);
    t["rsqrt.approx" + f + ".f32"] = UN(float, 1 / std::sqrt((double)a));
    t["sqrt.approx" + f + ".f32"] = UN(float, std::sqrt(a));
    t["rcp.approx" + f + ".f64"] = UN(double, 1 / a);
    t["rsqrt.approx" + f + ".f64"] = UN(double, 1 / std::sqrt(a));
  }
  t["div.full.f32"] = BIN(float, a / b);
  t["div.approx.f32"] = BIN(float, a / b);
  t["fma.rm.f32"] = TER(float, directed((double)a * b + e, 'm'));
  t["fma.rp.f32"] = TER(float, directed((double)a * b + e, 'p'));
  t["fma.rz.f32"] = TER(float, directed((double)a * b + e, 'z'));
  t["add.rm.f32"] = BIN(float, directed((double)a + b, 'm'));
  t["add.rp.f32"] = BIN(float, directed((double)a + b, 'p'));
  t["add.rz.f32"] = BIN(float, directed((double)a + b, 'z'));
  t["mul.rz.f32"] = BIN(float, directed((double)a * b, 'z'));
}

template <class T, class F>
void compare(Table &t, const std::string &name, F) {
  t[name] = [](Warp &w, const Code &c, uint32_t mask) {
    uint8_t *d = w.reg<uint8_t>(c.d), *other = c.offset & 8 ? w.reg<uint8_t>(c.v[0]) : nullptr;
    const T *a = w.reg<T>(c.a), *b = w.reg<T>(c.b);
    const uint8_t *p = w.reg<uint8_t>(c.c);
    int join = c.offset & 7;  // 0 alone, 1 and, 2 or, 3 xor
    each(mask, [=](int i) {
      bool r = F()(a[i], b[i]), q = join && p[i];
      bool yes = join == 0 ? r : join == 1 ? r && q : join == 2 ? r || q : r != q;
      if (other) other[i] = join == 0 ? !r : join == 1 ? !r && q : join == 2 ? !r || q : !r != q;
      d[i] = yes;
    });
  };
}

#define COMPARE(T, name, expression)                                      \
  {                                                                       \
    struct F {                                                            \
      bool operator()(T a, T b) const { return expression; }              \
    };                                                                    \
    compare<T>(t, "setp." + std::string(name) + "." + n, F());            \
  }

template <class T>
void comparisons(Table &t, const std::string &n) {
  COMPARE(T, "eq", a == b)
  COMPARE(T, "ne", a < b || a > b)  // false for NaN; of integers the same as !=
  COMPARE(T, "lt", a < b)
  COMPARE(T, "le", a <= b)
  COMPARE(T, "gt", a > b)
  COMPARE(T, "ge", a >= b)
  COMPARE(T, "lo", a < b)
  COMPARE(T, "ls", a <= b)
  COMPARE(T, "hi", a > b)
  COMPARE(T, "hs", a >= b)
  COMPARE(T, "equ", !(a < b || a > b))
  COMPARE(T, "neu", !(a == b))
  COMPARE(T, "ltu", !(a >= b))
  COMPARE(T, "leu", !(a > b))
  COMPARE(T, "gtu", !(a <= b))
  COMPARE(T, "geu", !(a < b))
  COMPARE(T, "num", a == a && b == b)
  COMPARE(T, "nan", a != a || b != b)
}

template <class T, char MODE>
T whole(T x) {
  return MODE == 'm' ? std::floor(x) : MODE == 'p' ? std::ceil(x) : MODE == 'n' ? std::nearbyint(x) : std::trunc(x);
}

/// Saturates; NaN becomes 0.
template <class D, class S, char MODE>
D toInteger(S x) {
  if (x != x) return 0;
  double v = whole<double, MODE>((double)x);
  double low = (double)std::numeric_limits<D>::min(), high = std::ldexp(1.0, std::numeric_limits<D>::digits);
  return v < low ? std::numeric_limits<D>::min() : v >= high ? std::numeric_limits<D>::max() : (D)v;
}

template <class D, class S, class F>
void convert(Warp &w, const Code &c, uint32_t mask, F f) {
  D *d = w.reg<D>(c.d);
  const S *a = w.reg<S>(c.a);
  each(mask, [=](int i) { d[i] = f(a[i]); });
}

#define CVT(name, D, S, expression) \
  t["cvt." name] = [](Warp &w, const Code &c, uint32_t m) { convert<D, S>(w, c, m, [](S a) { return (D)(expression); }); }

template <class D, class S>
void between(Table &t, const std::string &d, const std::string &s) {
  auto run = [](Warp &w, const Code &c, uint32_t m) { convert<D, S>(w, c, m, [](S a) { return (D)a; }); };
  t["cvt." + d + "." + s] = run;
  t["cvt.rn." + d + "." + s] = run;  // integer to float
}

template <class D>
void fromAll(Table &t, const std::string &d) {
  between<D, uint8_t>(t, d, "u8");
  between<D, int8_t>(t, d, "s8");
  between<D, uint16_t>(t, d, "u16");
  between<D, int16_t>(t, d, "s16");
  between<D, uint32_t>(t, d, "u32");
  between<D, int32_t>(t, d, "s32");
  between<D, uint64_t>(t, d, "u64");
  between<D, int64_t>(t, d, "s64");
}

template <class D, class S, char MODE>
void cut(Table &t, const std::string &name) {
  t["cvt." + name] = [](Warp &w, const Code &c, uint32_t m) {
    convert<D, S>(w, c, m, [](S a) { return toInteger<D, S, MODE>(a); });
  };
}

template <class S>
void toIntegers(Table &t, const std::string &s) {
  cut<uint32_t, S, 'z'>(t, "rzi.u32." + s);
  cut<int32_t, S, 'z'>(t, "rzi.s32." + s);
  cut<uint64_t, S, 'z'>(t, "rzi.u64." + s);
  cut<int64_t, S, 'z'>(t, "rzi.s64." + s);
  cut<int32_t, S, 'n'>(t, "rni.s32." + s);
  cut<int64_t, S, 'n'>(t, "rni.s64." + s);
  cut<int32_t, S, 'm'>(t, "rmi.s32." + s);
  cut<int32_t, S, 'p'>(t, "rpi.s32." + s);
}

uint16_t toBf16(float f) {
  uint32_t u;
  memcpy(&u, &f, 4);
  if (f != f) return 0x7fff;
  return (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

/// To the nearest, halves away from zero, with the low 13 bits zero.
uint32_t toTf32(float f) {
  uint32_t u;
  memcpy(&u, &f, 4);
  if (f != f) return 0x7fffe000;
  if ((u & 0x7fffffff) == 0x7f800000) return u;
  return (u + 0x1000) & 0xffffe000;
}

void conversions(Table &t) {
  fromAll<uint8_t>(t, "u8");
  fromAll<uint16_t>(t, "u16");
  fromAll<int16_t>(t, "s16");
  fromAll<uint32_t>(t, "u32");
  fromAll<int32_t>(t, "s32");
  fromAll<uint64_t>(t, "u64");
  fromAll<int64_t>(t, "s64");
  fromAll<float>(t, "f32");
  fromAll<double>(t, "f64");
  toIntegers<float>(t, "f32");
  toIntegers<double>(t, "f64");
  CVT("f64.f32", double, float, a);
  CVT("rn.f32.f64", float, double, a);
  CVT("rz.f32.f64", float, double, directed(a, 'z'));
  CVT("f32.f32", float, float, a);
  CVT("sat.f32.f32", float, float, a != a ? 0 : std::fmin(std::fmax(a, 0.0f), 1.0f));
  CVT("rmi.f32.f32", float, float, std::floor(a));
  CVT("rpi.f32.f32", float, float, std::ceil(a));
  CVT("rni.f32.f32", float, float, std::nearbyint(a));
  CVT("rzi.f32.f32", float, float, std::trunc(a));
  CVT("rmi.f64.f64", double, double, std::floor(a));
  CVT("rpi.f64.f64", double, double, std::ceil(a));
  CVT("rni.f64.f64", double, double, std::nearbyint(a));
  CVT("rzi.f64.f64", double, double, std::trunc(a));
  CVT("rn.bf16.f32", uint16_t, float, toBf16(a));
  CVT("rna.tf32.f32", uint32_t, float, toTf32(a));
}

void integerExtras(Table &t) {
  t["mul.wide.s32"] = wide<int32_t, int64_t>;
  t["mul.wide.u32"] = wide<uint32_t, uint64_t>;
  t["mul.wide.s16"] = wide<int16_t, int32_t>;
  t["mul.wide.u16"] = wide<uint16_t, uint32_t>;
  t["mad.wide.s32"] = wideAdd<int32_t, int64_t>;
  t["mad.wide.u32"] = wideAdd<uint32_t, uint64_t>;
  t["mul.hi.u32"] = BIN(uint32_t, (uint64_t)a * b >> 32);
  t["mul.hi.s32"] = BIN(int32_t, (int64_t)a * b >> 32);
  t["mul.hi.u64"] = BIN(uint64_t, (unsigned __int128)a * b >> 64);
  t["mul.hi.s64"] = BIN(int64_t, (__int128)a * b >> 64);
  t["mad.hi.u32"] = TER(uint32_t, ((uint64_t)a * b >> 32) + e);
  t["popc.b32"] = UN(uint32_t, __builtin_popcount(a));
  t["clz.b32"] = UN(uint32_t, a == 0 ? 32 : __builtin_clz(a));
  t["shf.l.wrap.b32"] = TER(uint32_t, ((uint64_t)b << 32 | a) << (e & 31) >> 32);
  t["shf.r.wrap.b32"] = TER(uint32_t, ((uint64_t)b << 32 | a) >> (e & 31));
  t["shf.l.clamp.b32"] = TER(uint32_t, e >= 32 ? a : ((uint64_t)b << 32 | a) << e >> 32);
  t["shf.r.clamp.b32"] = TER(uint32_t, e >= 32 ? b : ((uint64_t)b << 32 | a) >> e);
}

void logic(Table &t) {
  t["and.pred"] = BIN(uint8_t, a && b);
  t["or.pred"] = BIN(uint8_t, a || b);
  t["xor.pred"] = BIN(uint8_t, a != b);
  t["not.pred"] = UN(uint8_t, !a);
  t["mov.pred"] = UN(uint8_t, a);
}

Table table() {
  Table t;
  integers<int16_t>(t, "s16");
  integers<uint16_t>(t, "u16");
  integers<int32_t>(t, "s32");
  integers<uint32_t>(t, "u32");
  integers<int64_t>(t, "s64");
  integers<uint64_t>(t, "u64");
  bits<uint16_t>(t, "b16");
  bits<uint32_t>(t, "b32");
  bits<uint64_t>(t, "b64");
  floats<float>(t, "f32");
  floats<double>(t, "f64");
  approximations(t);
  comparisons<int16_t>(t, "s16");
  comparisons<uint16_t>(t, "u16");
  comparisons<int32_t>(t, "s32");
  comparisons<uint32_t>(t, "u32");
  comparisons<int64_t>(t, "s64");
  comparisons<uint64_t>(t, "u64");
  comparisons<uint16_t>(t, "b16");
  comparisons<uint32_t>(t, "b32");
  comparisons<uint64_t>(t, "b64");
  comparisons<float>(t, "f32");
  comparisons<double>(t, "f64");
  conversions(t);
  integerExtras(t);
  logic(t);
  for (std::string n : {"16", "32", "64"})
    for (std::string k : {"b", "u", "s", "f"})
      t["selp." + k + n] = n == "16" ? select<uint16_t> : n == "32" ? select<uint32_t> : select<uint64_t>;
  for (std::string n : {"16", "32", "64"})
    for (std::string k : {"b", "u", "s", "f"})
      t["mov." + k + n] = n == "16" ? (Run)UN(uint16_t, a) : n == "32" ? (Run)UN(uint32_t, a) : (Run)UN(uint64_t, a);
  return t;
}

}  // namespace

Run arithmetic(const std::string &name) {
  static const Table t = table();
  auto found = t.find(name);
  return found == t.end() ? nullptr : found->second;
}

}  // namespace cudasim
