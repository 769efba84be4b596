// mov.b64 {a, b}, c and its reverse, also with 16-bit halves; bfi.
#include "packing.h"

#include "lanes.h"

namespace cudasim {
namespace {

void unpack(Warp &w, const Code &c, uint32_t mask) {
  each(mask, [&](int l) {
    for (unsigned k = 0; k < c.c; k++)
      memcpy(w.file + c.v[k] + l * c.offset, w.file + c.a + l * c.offset * c.c + k * c.offset, c.offset);
  });
}

void pack(Warp &w, const Code &c, uint32_t mask) {
  each(mask, [&](int l) {
    uint8_t whole[8];
    for (unsigned k = 0; k < c.c; k++) memcpy(whole + k * c.offset, w.file + c.v[k] + l * c.offset, c.offset);
    memcpy(w.file + c.d + l * c.offset * c.c, whole, c.offset * c.c);
  });
}

template <class T>
void insert(Warp &w, const Code &c, uint32_t mask) {
  each(mask, [&](int l) {
    T a = w.reg<T>(c.a)[l], b = w.reg<T>(c.b)[l];
    unsigned at = w.reg<uint32_t>(c.c)[l] & 255, n = w.reg<uint32_t>(c.v[0])[l] & 255;
    for (unsigned k = 0; k < n && at + k < 8 * sizeof(T); k++)
      b = (b & ~((T)1 << (at + k))) | (a >> k & 1) << (at + k);
    w.reg<T>(c.d)[l] = b;
  });
}

}  // namespace

Run packing(bool apart) { return apart ? unpack : pack; }

Run fieldInsert(int bytes) { return bytes == 4 ? insert<uint32_t> : insert<uint64_t>; }

}  // namespace cudasim
