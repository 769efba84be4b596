// Loads, stores, atomics and asynchronous copies of a warp.
#include "memory_ops.h"

#include <cmath>
#include <cstring>
#include <mutex>

#include "state.h"

namespace cudasim {
namespace {

template <int BYTES>
struct Bits;
template <>
struct Bits<1> { using T = uint8_t; };
template <>
struct Bits<2> { using T = uint16_t; };
template <>
struct Bits<4> { using T = uint32_t; };
template <>
struct Bits<8> { using T = uint64_t; };

char windowOf(uint64_t a) { return a >= LOCAL_WINDOW ? 'l' : a >= SHARED_WINDOW ? 's' : 'g'; }

uint8_t *resolve(Warp &w, const Code &c, int lane, char space, uint64_t a, int bytes, bool write) {
  if (space == 'x') {
    space = windowOf(a);
    a -= space == 'l' ? LOCAL_WINDOW : space == 's' ? SHARED_WINDOW : 0;
  }
  return space == 's' ? shared(w, c, lane, a, bytes, write)
         : space == 'l' ? local(w, c, lane, a, bytes) : global(w, c, lane, a, bytes, write);
}

void note(Warp &w, const Code &c, char space, const uint64_t *at, uint32_t mask, int bytes, bool write, bool atomic) {
  const Launch &l = *w.block->launch;
  if (!(l.race || l.count) || space == 'l') return;
  if (space == 'x') {
    uint64_t first = at[__builtin_ctz(mask)], moved[32];
    if (windowOf(first) == 'l') return;
    uint64_t base = windowOf(first) == 's' ? SHARED_WINDOW : 0;
    for (int i = 0; i < 32; i++) moved[i] = at[i] - base;
    return note(w, c, windowOf(first), moved, mask, bytes, write, atomic);
  }
  if (space == 's')
    noteShared(w, c, at, mask, bytes, write);
  else
    noteGlobal(w, c, at, mask, bytes, write, atomic);
}

/// Between a register and a narrower place in memory.
template <bool STORE, int BYTES>
void narrow(uint8_t *reg, void *p, const Code &c) {
  if (STORE) {
    memcpy(p, reg, BYTES);
    return;
  }
  int64_t v = 0;
  memcpy(&v, p, BYTES);
  if (c.sign) v = v << (64 - 8 * BYTES) >> (64 - 8 * BYTES);
  memcpy(reg, &v, c.width);
}

template <bool STORE, char SPACE, int BYTES>
void access(Warp &w, const Code &c, uint32_t mask) {
  using T = typename Bits<BYTES>::T;
  const uint64_t *base = w.reg<uint64_t>(c.a);
  uint64_t at[32];
  int n = c.c, bytes = BYTES * n;
  for (int i = 0; i < 32; i++) at[i] = base[i] + c.offset;
  note(w, c, SPACE, at, mask, bytes, STORE, false);
  for (uint32_t m = mask; m; m &= m - 1) {
    int i = __builtin_ctz(m);
    T *p = (T *)resolve(w, c, i, SPACE, at[i], bytes, STORE);
    for (int k = 0; k < n; k++)
      if (__builtin_expect(c.width != BYTES, 0))
        narrow<STORE, BYTES>(w.file + c.v[k] + i * c.width, p + k, c);
      else if (STORE)
        p[k] = w.reg<T>(c.v[k])[i];
      else
        w.reg<T>(c.v[k])[i] = p[k];
  }
}

template <int BYTES>
void parameter(Warp &w, const Code &c, uint32_t mask) {
  using T = typename Bits<BYTES>::T;
  const uint8_t *p = w.block->launch->parameters.data() + c.offset;
  for (unsigned k = 0; k < c.c; k++) {
    T v;
    memcpy(&v, p + k * BYTES, BYTES);
    for (uint32_t m = mask; m; m &= m - 1)
      if (c.width == BYTES)
        w.reg<T>(c.v[k])[__builtin_ctz(m)] = v;
      else
        narrow<false, BYTES>(w.file + c.v[k] + __builtin_ctz(m) * c.width, &v, c);
  }
}

template <bool STORE, int BYTES>
Run inSpace(char space) {
  switch (space) {
    case 'g': return access<STORE, 'g', BYTES>;
    case 's': return access<STORE, 's', BYTES>;
    case 'l': return access<STORE, 'l', BYTES>;
    case 'x': return access<STORE, 'x', BYTES>;
    case 'p': return STORE ? nullptr : (Run)parameter<BYTES>;
  }
  return nullptr;
}

template <bool STORE>
Run ofSize(char space, int bytes) {
  switch (bytes) {
    case 1: return inSpace<STORE, 1>(space);
    case 2: return inSpace<STORE, 2>(space);
    case 4: return inSpace<STORE, 4>(space);
    case 8: return inSpace<STORE, 8>(space);
  }
  return nullptr;
}

std::mutex atomicLock;

template <class T, char SPACE, class F>
void readModifyWrite(Warp &w, const Code &c, uint32_t mask, F f) {
  uint64_t at[32];
  for (int i = 0; i < 32; i++) at[i] = w.reg<uint64_t>(c.a)[i] + c.offset;
  note(w, c, SPACE, at, mask, sizeof(T), true, true);
  std::lock_guard<std::mutex> lock(atomicLock);
  for (uint32_t m = mask; m; m &= m - 1) {
    int i = __builtin_ctz(m);
    T *p = (T *)resolve(w, c, i, SPACE, at[i], sizeof(T), true);
    T old = *p;
    *p = f(old, w.reg<T>(c.b)[i], w.reg<T>(c.c)[i]);
    w.reg<T>(c.d)[i] = old;
  }
}

#define ATOMIC(T, expression)                                                                      \
  (space == 'g' ? (Run)[](Warp &w, const Code &c, uint32_t m) {                                    \
    readModifyWrite<T, 'g'>(w, c, m, [](T x, T y, T z) { (void)x, (void)z; return (T)(expression); });      \
  } : (Run)[](Warp &w, const Code &c, uint32_t m) {                                                \
    readModifyWrite<T, 'x'>(w, c, m, [](T x, T y, T z) { (void)x, (void)z; return (T)(expression); });      \
  })

template <class T>
Run common(const std::string &o, char space) {
  if (o == "add") return ATOMIC(T, x + y);
  if (o == "exch") return ATOMIC(T, y);
  if (o == "min") return ATOMIC(T, x < y ? x : y);
  if (o == "max") return ATOMIC(T, x > y ? x : y);
  if (o == "cas") return ATOMIC(T, x == y ? z : x);
  return nullptr;
}

}  // namespace

Run loadOrStore(bool store, char space, int bytes) { return store ? ofSize<true>(space, bytes) : ofSize<false>(space, bytes); }

Run atomic(const std::string &o, const std::string &type, char space) {
  if (space != 'g' && space != 'x') return nullptr;
  if (type == "f32") return common<float>(o, space);
  if (type == "f64") return common<double>(o, space);
  if (type == "s32") return common<int32_t>(o, space);
  if (type == "u32" || type == "b32") return common<uint32_t>(o, space);
  if (type == "u64" || type == "b64") return common<uint64_t>(o, space);
  return nullptr;
}

Run asyncCopy() {
  return [](Warp &w, const Code &c, uint32_t mask) {
    uint64_t from[32], to[32];
    uint32_t reads = 0;
    int bytes = c.offset;
    for (uint32_t m = mask; m; m &= m - 1) {
      int i = __builtin_ctz(m);
      from[i] = w.reg<uint64_t>(c.a)[i];
      to[i] = w.reg<uint64_t>(c.d)[i];
      int used = c.b ? (int)w.reg<uint32_t>(c.b)[i] : bytes;
      uint8_t *d = shared(w, c, i, to[i], bytes, true);
      for (int k = 0; k < bytes; k += 4) memcpy(d + k, &POISON, 4);  // until it is waited for
      if (used) {
        global(w, c, i, from[i], bytes, false);
        reads |= 1u << i;
      }
      w.copies[i].push_back({(uint32_t)to[i], from[i], bytes, used, w.asyncGroup[i]});
    }
    if (reads) note(w, c, 'g', from, reads, bytes, false, false);
    note(w, c, 's', to, mask, bytes, true, false);
  };
}

Run asyncCommit() {
  return [](Warp &w, const Code &, uint32_t mask) {
    for (uint32_t m = mask; m; m &= m - 1) w.asyncGroup[__builtin_ctz(m)]++;
  };
}

Run asyncWait() {
  return [](Warp &w, const Code &c, uint32_t mask) {
    for (uint32_t m = mask; m; m &= m - 1) {
      int i = __builtin_ctz(m);
      std::vector<AsyncCopy> left;
      for (auto &copy : w.copies[i]) {
        if (c.offset >= 0 && copy.group >= w.asyncGroup[i] - c.offset) {
          left.push_back(copy);
          continue;
        }
        uint8_t *d = w.block->shared.data() + copy.to;
        if (copy.used) memcpy(d, (void *)copy.from, copy.used);
        memset(d + copy.used, 0, copy.bytes - copy.used);
      }
      w.copies[i] = left;
    }
  };
}

}  // namespace cudasim
