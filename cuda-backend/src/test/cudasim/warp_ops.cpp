// Instructions of a whole warp: matrix products, fragments, shuffles and votes.
#include "warp_ops.h"

#include <cstring>

namespace cudasim {
namespace {

float bf16(uint16_t x) {
  uint32_t u = (uint32_t)x << 16;
  float f;
  memcpy(&f, &u, 4);
  return f;
}

float f16(uint16_t x) {
  uint32_t sign = (uint32_t)(x & 0x8000) << 16, e = x >> 10 & 31, m = x & 1023, u;
  if (e == 31)
    u = sign | 0x7f800000 | m << 13;
  else if (e)
    u = sign | (e + 112) << 23 | m << 13;
  else {
    float f = m * 5.9604644775390625e-8f;
    memcpy(&u, &f, 4);
    u |= sign;
  }
  float f;
  memcpy(&f, &u, 4);
  return f;
}

/// The tensor core leaves out the low 13 bits.
float tf32(uint32_t u) {
  u &= 0xffffe000;
  float f;
  memcpy(&f, &u, 4);
  return f;
}

void needsWholeWarp(Warp &w, const Code &c, uint32_t mask) {
  if (mask != ~0u) fault(w, c, __builtin_ctz(mask), "divergent", "a warp instruction without all lanes", 719);
}

enum Kind { TF32, BF16, F16 };

/// d = a b + c. With E elements of k in a register (1 for TF32, 2 otherwise) and K = 8 E: lane 4 g + t holds rows g and
/// g + 8 of a and column g of b at k = E t and E (t + 4); rows g, g + 8 of the sums at columns 2 t, 2 t + 1.
template <Kind KIND>
void product(Warp &w, const Code &code, uint32_t mask) {
  needsWholeWarp(w, code, mask);
  constexpr int E = KIND == TF32 ? 1 : 2, K = 8 * E;
  const Code *d = &code + 1, *a = &code + 2, *b = &code + 3, *c = &code + 4;
  float x[16][K], y[K][8], sums[16][8];
  auto element = [](uint32_t r, int half) {
    return KIND == TF32 ? tf32(r) : KIND == BF16 ? bf16(r >> (16 * half)) : f16(r >> (16 * half));
  };
  for (int lane = 0; lane < 32; lane++) {
    int g = lane / 4, t = lane % 4;
    for (int e = 0; e < E; e++) {
      for (int r = 0; r < 4; r++)
        x[g + r % 2 * 8][(t + r / 2 * 4) * E + e] = element(w.reg<uint32_t>(a->v[r])[lane], e);
      for (int r = 0; r < 2; r++) y[(t + r * 4) * E + e][g] = element(w.reg<uint32_t>(b->v[r])[lane], e);
    }
    for (int r = 0; r < 4; r++) sums[g + r / 2 * 8][2 * t + r % 2] = w.reg<float>(c->v[r])[lane];
  }
  for (int i = 0; i < 16; i++)
    for (int k = 0; k < K; k++)
      for (int j = 0; j < 8; j++) sums[i][j] += x[i][k] * y[k][j];
  for (int lane = 0; lane < 32; lane++)
    for (int r = 0; r < 4; r++)
      w.reg<float>(d->v[r])[lane] = sums[lane / 4 + r / 2 * 8][2 * (lane % 4) + r % 2];
  (KIND == TF32 ? w.block->counters.tf32 : w.block->counters.bf16) += 16 * 8 * K * 2;
}

template <int N, bool TRANS>
void load(Warp &w, const Code &c, uint32_t mask) {
  needsWholeWarp(w, c, mask);
  uint64_t rows[32];
  for (int i = 0; i < 32; i++) rows[i] = w.reg<uint64_t>(c.a)[i] + c.offset;
  for (int j = 0; j < N; j++) {
    noteShared(w, c, rows, 0xffu << (8 * j), 16, false);
    const uint16_t *row[8];
    for (int r = 0; r < 8; r++) row[r] = (const uint16_t *)shared(w, c, 8 * j + r, rows[8 * j + r], 16, false);
    for (int lane = 0; lane < 32; lane++) {
      int g = lane / 4, t = lane % 4 * 2;
      uint32_t low = TRANS ? row[t][g] : row[g][t], high = TRANS ? row[t + 1][g] : row[g][t + 1];
      w.reg<uint32_t>(c.v[j])[lane] = low | high << 16;
    }
  }
}

template <int MODE>
void shuffled(Warp &w, const Code &c, uint32_t mask) {
  const uint32_t *a = w.reg<uint32_t>(c.a), *b = w.reg<uint32_t>(c.b), *e = w.reg<uint32_t>(c.c);
  uint32_t out[32];
  uint8_t inside[32];
  for (uint32_t m = mask; m; m &= m - 1) {
    int lane = __builtin_ctz(m), segment = e[lane] >> 8 & 31, clamp = e[lane] & 31;
    int most = (lane & segment) | (clamp & ~segment), least = lane & segment, from = 0;
    bool ok = false;
    switch (MODE) {
      case 0: from = lane - (int)b[lane], ok = from >= most; break;
      case 1: from = lane + b[lane], ok = from <= most; break;
      case 2: from = lane ^ b[lane], ok = from <= most; break;
      case 3: from = least | (b[lane] & ~segment), ok = from <= most; break;
    }
    if (!ok) from = lane;
    inside[lane] = ok;
    out[lane] = a[from & 31];
  }
  for (uint32_t m = mask; m; m &= m - 1) {
    int lane = __builtin_ctz(m);
    w.reg<uint32_t>(c.d)[lane] = out[lane];
    if (c.v[0]) w.reg<uint8_t>(c.v[0])[lane] = inside[lane];
  }
}

template <int MODE>
void voted(Warp &w, const Code &c, uint32_t mask) {
  uint32_t ballot = 0;
  for (uint32_t m = mask; m; m &= m - 1) {
    int lane = __builtin_ctz(m);
    if ((w.reg<uint8_t>(c.a)[lane] != 0) != (c.offset != 0)) ballot |= 1u << lane;
  }
  for (uint32_t m = mask; m; m &= m - 1) {
    int lane = __builtin_ctz(m);
    if (MODE == 2)
      w.reg<uint32_t>(c.d)[lane] = ballot;
    else
      w.reg<uint8_t>(c.d)[lane] = MODE == 0 ? ballot == mask : ballot != 0;
  }
}

}  // namespace

Run mma(const std::string &type) { return type == "tf32" ? product<TF32> : type == "bf16" ? product<BF16> : product<F16>; }

Run ldmatrix(int n, bool trans) {
  if (trans) return n == 1 ? load<1, true> : n == 2 ? load<2, true> : load<4, true>;
  return n == 1 ? load<1, false> : n == 2 ? load<2, false> : load<4, false>;
}

Run shuffle(const std::string &m) {
  return m == "up" ? shuffled<0> : m == "down" ? shuffled<1> : m == "bfly" ? shuffled<2> : m == "idx" ? shuffled<3> : nullptr;
}

Run vote(const std::string &m) { return m == "all" ? voted<0> : m == "any" ? voted<1> : m == "ballot" ? voted<2> : nullptr; }

}  // namespace cudasim
