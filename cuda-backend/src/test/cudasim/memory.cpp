// Device memory with guard zones: allocation, and the check and the notes of each access to it.
#include <cstdlib>
#include <cstring>
#include <map>

#include "machine.h"
#include "state.h"

namespace cudasim {
namespace {

constexpr size_t GUARD = 256;
constexpr uint8_t GUARD_BYTE = 0xdb;
constexpr size_t SECTOR = 32;

std::map<uint64_t, Allocation> &allocations() {
  static std::map<uint64_t, Allocation> all;
  return all;
}

std::map<int, size_t> used;

void fillPoison(uint8_t *p, size_t bytes) {
  for (size_t i = 0; i + 4 <= bytes; i += 4) memcpy(p + i, &POISON, 4);
}

std::string where(uint64_t address) {
  Allocation *a = nearestBelow(address);
  if (!a) return "below every allocation";
  return std::to_string(address - a->at) + " bytes into an allocation of " + std::to_string(a->bytes);
}

}  // namespace

Allocation *nearestBelow(uint64_t address) {
  auto i = allocations().upper_bound(address);
  return i == allocations().begin() ? nullptr : &std::prev(i)->second;
}

Allocation *allocationOf(uint64_t address, size_t bytes) {
  Allocation *a = nearestBelow(address);
  return a && address + bytes <= a->at + a->bytes ? a : nullptr;
}

uint64_t allocate(size_t bytes, int device) {
  if (used[device] + bytes > (size_t)settings().memory) return 0;
  size_t capacity = (bytes + 255) / 256 * 256 + 2 * GUARD;
  auto *base = (uint8_t *)aligned_alloc(256, capacity);
  if (!base) return 0;
  fillPoison(base + GUARD, capacity - 2 * GUARD);
  memset(base, GUARD_BYTE, GUARD);
  memset(base + capacity - GUARD, GUARD_BYTE, GUARD);
  uint64_t at = (uint64_t)(base + GUARD);
  Allocation &a = allocations()[at];
  a.at = at;
  a.bytes = bytes;
  a.base = base;
  a.capacity = capacity;
  a.device = device;
  used[device] += bytes;
  return at;
}

bool release(uint64_t address) {
  auto i = allocations().find(address);
  if (i == allocations().end()) return false;
  Allocation &a = i->second;
  for (size_t k = 0; k < GUARD; k++)
    if (a.base[k] != GUARD_BYTE || a.base[a.capacity - 1 - k] != GUARD_BYTE) {
      report("{\"kind\":\"guard\",\"what\":\"memory around an allocation of " + std::to_string(a.bytes) +
             " bytes was written\"}");
      break;
    }
  memset(a.base, 0xfd, a.capacity);
  free(a.base);
  used[a.device] -= a.bytes;
  allocations().erase(i);
  return true;
}

size_t bytesInUse(int device) { return used[device]; }

uint8_t *global(Warp &w, const Code &c, int lane, uint64_t address, int bytes, bool write) {
  if (__builtin_expect(address & (bytes - 1), 0))
    fault(w, c, lane, "misaligned", (write ? "write of " : "read of ") + std::to_string(bytes) + " bytes at " +
                                        where(address), 716);
  if (__builtin_expect(address < w.low || address + bytes > w.high, 0)) {
    Allocation *a = allocationOf(address, bytes);
    if (!a)
      fault(w, c, lane, "out of bounds", (write ? "write of " : "read of ") + std::to_string(bytes) + " bytes, " +
                                             where(address), 700);
    w.low = a->at;
    w.high = a->at + a->bytes;
  }
  return (uint8_t *)address;
}

namespace {

void countSectors(Warp &w, const uint64_t *addresses, uint32_t mask, int bytes, bool write) {
  uint64_t seen[64];
  int n = 0;
  Counters &k = w.block->counters;
  for (uint32_t m = mask; m; m &= m - 1) {
    uint64_t a = addresses[__builtin_ctz(m)];
    for (uint64_t s = a / SECTOR; s <= (a + bytes - 1) / SECTOR; s++) {
      bool known = false;
      for (int i = n - 1; i >= 0 && !known; i--) known = seen[i] == s;
      if (known) continue;
      seen[n++ & 63] = s;
      Allocation *al = allocationOf(s * SECTOR < a ? a : s * SECTOR, 1);
      if (!al) continue;
      if (al->touched.empty()) al->touched.resize(al->capacity / SECTOR + 1);
      uint32_t &mark = al->touched[s - (uint64_t)al->base / SECTOR];
      if (mark != (uint32_t)w.block->launch->number) k.distinctSectors++;
      mark = w.block->launch->number;
    }
  }
  (write ? k.storeSectors : k.loadSectors) += n;
  (write ? k.storeBytes : k.loadBytes) += (uint64_t)__builtin_popcount(mask) * bytes;
}

/// @param bytes a bit for each byte of the word that is touched
void checkWord(Warp &w, const Code &c, int lane, Allocation &a, uint64_t address, uint8_t bytes, bool write) {
  if (a.shadow.empty()) a.shadow.resize(a.capacity / 4 + 1);
  GlobalShadow &s = a.shadow[(address - a.at) / 4];
  Block &b = *w.block;
  uint64_t launch = b.launch->number;
  uint32_t block = b.id[0] + b.launch->grid[0] * (b.id[1] + b.launch->grid[1] * b.id[2]);
  int16_t thread = w.index * 32 + lane;
  auto clash = [&](uint64_t l, uint32_t bl, uint32_t epoch, int16_t t, uint8_t touched) {
    return l == launch && (touched & bytes) && (bl != block || (epoch == b.epoch && t != thread && t / 32 != w.index));
  };
  if (clash(s.writeLaunch, s.writeBlock, s.writeEpoch, s.writer, s.written))
    finding(w, c, lane, "race", std::string(write ? "write" : "read") + " after write of block " +
                                    std::to_string(s.writeBlock) + " thread " + std::to_string(s.writer) +
                                    " in global memory, " + where(address));
  if (write && clash(s.readLaunch, s.readBlock, s.readEpoch, s.reader, s.read))
    finding(w, c, lane, "race", "write after read of block " + std::to_string(s.readBlock) + " thread " +
                                    std::to_string(s.reader) + " in global memory, " + where(address));
  if (write) {
    s.writeLaunch = launch;
    s.writeBlock = block;
    s.writeEpoch = b.epoch;
    s.writer = thread;
    s.written = bytes;
  } else if (s.readLaunch != launch || s.readBlock == block) {  // of several blocks the first is kept
    s.readLaunch = launch;
    s.readBlock = block;
    s.readEpoch = b.epoch;
    s.reader = thread;
    s.read = bytes;
  }
}

}  // namespace

void noteGlobal(Warp &w, const Code &c, const uint64_t *addresses, uint32_t mask, int bytes, bool write, bool atomic) {
  Launch &l = *w.block->launch;
  if (l.count) countSectors(w, addresses, mask, bytes, write);
  if (!l.race || atomic) return;
  for (uint32_t m = mask; m; m &= m - 1) {
    int lane = __builtin_ctz(m);
    uint64_t a = addresses[lane];
    Allocation *al = allocationOf(a, bytes);
    uint8_t touched = bytes >= 4 ? 15 : ((1 << bytes) - 1) << (a & 3);
    for (uint64_t word = a & ~3ull; al && word < a + bytes; word += 4) checkWord(w, c, lane, *al, word, touched, write);
  }
}

}  // namespace cudasim
