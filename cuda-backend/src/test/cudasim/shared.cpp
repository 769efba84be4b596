// Shared and local memory of a block: bounds, races between barriers, and bank conflicts.
#include "machine.h"
#include "state.h"

namespace cudasim {

uint8_t *shared(Warp &w, const Code &c, int lane, uint64_t offset, int bytes, bool write) {
  std::string kind = write ? "write of " : "read of ";
  if (__builtin_expect(offset & (bytes - 1), 0))
    fault(w, c, lane, "misaligned", kind + std::to_string(bytes) + " bytes at " + std::to_string(offset) +
                                        " in shared memory", 716);
  if (__builtin_expect(offset + bytes > w.block->shared.size(), 0))
    fault(w, c, lane, "out of bounds", kind + std::to_string(bytes) + " bytes at " + std::to_string(offset) +
                                           " in shared memory of " + std::to_string(w.block->shared.size()), 700);
  return w.block->shared.data() + offset;
}

uint8_t *local(Warp &w, const Code &c, int lane, uint64_t offset, int bytes) {
  size_t each = w.local.size() / 32;
  if (offset + bytes > each)
    fault(w, c, lane, "out of bounds", "access at " + std::to_string(offset) + " in local memory of " +
                                           std::to_string(each), 700);
  return w.local.data() + lane * each + offset;
}

namespace {

/// Passes that the 32 banks of 4 bytes need for these lanes: of one bank, different words are served in turn.
int passes(const uint64_t *offsets, uint32_t mask, int bytes) {
  uint64_t words[32][64];
  int n[32] = {}, most = 0;
  for (uint32_t m = mask; m; m &= m - 1)
    for (uint64_t word = offsets[__builtin_ctz(m)] / 4; word <= (offsets[__builtin_ctz(m)] + bytes - 1) / 4; word++) {
      int bank = word % 32;
      bool known = false;
      for (int i = 0; i < n[bank]; i++) known |= words[bank][i] == word;
      if (!known) words[bank][n[bank]++] = word;
      if (n[bank] > most) most = n[bank];
    }
  return most;
}

void countBanks(Warp &w, const Code &c, const uint64_t *offsets, uint32_t mask, int bytes) {
  Counters &k = w.block->counters;
  // The hardware serves 8 bytes for half a warp at a time, and 16 bytes for a quarter.
  int parts = bytes <= 4 ? 1 : bytes / 4, each = 32 / parts, done = 0, least = 0;
  for (int p = 0; p < parts; p++) {
    uint32_t part = mask & (parts == 1 ? ~0u : ((1u << each) - 1) << (p * each));
    if (!part) continue;
    done += passes(offsets, part, bytes);
    least++;
  }
  k.sharedAccesses += least;
  k.sharedPasses += done;
  auto &line = k.conflicts[c.source ? c.source : c.line];
  line.first += least;
  line.second += done - least;
}

}  // namespace

void noteShared(Warp &w, const Code &c, const uint64_t *offsets, uint32_t mask, int bytes, bool write) {
  Block &b = *w.block;
  if (b.launch->count) countBanks(w, c, offsets, mask, bytes);
  if (!b.launch->race) return;
  for (uint32_t m = mask; m; m &= m - 1) {
    int lane = __builtin_ctz(m), thread = w.index * 32 + lane;
    for (uint64_t piece = offsets[lane] / SHADOWED; piece <= (offsets[lane] + bytes - 1) / SHADOWED; piece++) {
      if (piece >= b.shadow.size()) continue;
      SharedShadow &s = b.shadow[piece];
      bool written = s.written == b.epoch && s.writer / 32 != w.index;
      bool read = s.read == b.epoch && (s.reader == -2 || s.reader / 32 != w.index);
      if (written || (write && read))
        finding(w, c, lane, "race", std::string(write ? "write" : "read") + (written ? " after write" : " after read") +
                                        " of thread " + std::to_string(written ? s.writer : s.reader) + " at " +
                                        std::to_string(piece * SHADOWED) + " in shared memory, without a barrier between");
      if (write) {
        s.written = b.epoch;
        s.writer = thread;
      } else {
        if (s.read == b.epoch && s.reader != thread && s.reader / 32 != w.index) s.reader = -2;
        else s.reader = thread;
        s.read = b.epoch;
      }
    }
  }
}

}  // namespace cudasim
