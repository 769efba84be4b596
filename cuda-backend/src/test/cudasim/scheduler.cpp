// Runs a launch: blocks on threads, the warps of a block in turn, and of a warp the lanes with the lowest instruction.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>

#include "machine.h"
#include "state.h"

namespace cudasim {

void Counters::add(const Counters &o) {
  launches += o.launches;
  instructions += o.instructions;
  fp32 += o.fp32;
  tf32 += o.tf32;
  bf16 += o.bf16;
  loadSectors += o.loadSectors;
  loadBytes += o.loadBytes;
  storeSectors += o.storeSectors;
  storeBytes += o.storeBytes;
  distinctSectors += o.distinctSectors;
  sharedAccesses += o.sharedAccesses;
  sharedPasses += o.sharedPasses;
  for (auto &l : o.conflicts) {
    conflicts[l.first].first += l.second.first;
    conflicts[l.first].second += l.second.second;
  }
}

namespace {

void fillSpecials(Warp &w, const Program &p, const Launch &l) {
  auto set = [&](int special, int lane, uint32_t v) {
    if (p.specials[special]) w.reg<uint32_t>(p.specials[special])[lane] = v;
  };
  for (int lane = 0; lane < 32; lane++) {
    unsigned t = w.index * 32 + lane;
    set(0, lane, t % l.block[0]);
    set(1, lane, t / l.block[0] % l.block[1]);
    set(2, lane, t / l.block[0] / l.block[1]);
    for (int a = 0; a < 3; a++) {
      set(3 + a, lane, l.block[a]);
      set(6 + a, lane, w.block->id[a]);
      set(9 + a, lane, l.grid[a]);
    }
    set(12, lane, lane);
    set(13, lane, w.index);
  }
}

void prepare(Block &b, Launch &l, uint64_t number) {
  const Program &p = *l.program;
  b.launch = &l;
  b.id[0] = number % l.grid[0];
  b.id[1] = number / l.grid[0] % l.grid[1];
  b.id[2] = number / l.grid[0] / l.grid[1];
  b.epoch = 1;
  b.shared.resize(p.sharedBytes + l.dynamicShared);
  for (size_t i = 0; i + 4 <= b.shared.size(); i += 4) memcpy(&b.shared[i], &POISON, 4);
  if (l.race) b.shadow.assign(b.shared.size() / SHADOWED + 1, SharedShadow());
  unsigned threads = l.block[0] * l.block[1] * l.block[2];
  bool fresh = b.warps.empty();
  if (fresh) b.warps.resize((threads + 31) / 32);
  for (size_t i = 0; i < b.warps.size(); i++) {
    Warp &w = b.warps[i];
    w.block = &b;
    w.index = i;
    if (fresh) {
      w.storage.resize(p.registerBytes + 64);
      w.file = (uint8_t *)(((uint64_t)w.storage.data() + 63) / 64 * 64);
      w.local.resize(32 * p.localBytes);
      for (auto &f : p.constants)
        for (int lane = 0; lane < 32; lane++) memcpy(w.file + f.at + lane * f.bytes, &f.bits, f.bytes);
    }
    fillSpecials(w, p, l);
    unsigned lanes = std::min(32u, threads - (unsigned)i * 32);
    w.groups.assign(1, {0, lanes == 32 ? ~0u : (1u << lanes) - 1, false});
    w.low = 1, w.high = 0;
    for (int lane = 0; lane < 32; lane++) {
      w.copies[lane].clear();
      w.asyncGroup[lane] = 0;
    }
  }
}

uint32_t guarded(Warp &w, const Code &c, uint32_t mask) {
  const uint8_t *p = w.reg<uint8_t>(c.guard);
  uint32_t yes = 0;
  for (int i = 0; i < 32; i++) yes |= (uint32_t)(p[i] != 0) << i;
  return mask & (c.negated ? ~yes : yes);
}

/// Runs the lanes of `g` until they wait, end, meet others or part; the caller looks again.
void run(Warp &w, size_t g) {
  const Code *code = w.block->launch->program->code.data();
  Counters &k = w.block->counters;
  uint32_t pc = w.groups[g].pc, mask = w.groups[g].mask;
  uint32_t limit = ~0u;  // where others wait to go on together
  for (size_t i = 0; i < w.groups.size(); i++)
    if (i != g && !w.groups[i].waiting) limit = std::min(limit, w.groups[i].pc);
  while (pc < limit) {
    const Code &c = code[pc];
    uint32_t m = c.guarded ? guarded(w, c, mask) : mask;
    k.instructions++;
    if (c.flow == Flow::NEXT) {
      if (m) {
        c.run(w, c, m);
        if (c.flops) k.fp32 += (uint64_t)c.flops * __builtin_popcount(m);
      }
      pc++;
      continue;
    }
    if (m == 0) {
      pc++;
      continue;
    }
    if (c.flow == Flow::BRANCH) {
      if (m == mask) {
        pc = c.target;
        if (limit == ~0u) continue;
        break;
      }
      w.groups[g] = {pc + 1, mask & ~m, false};
      w.groups.push_back({c.target, m, false});
      return;
    }
    if (c.flow == Flow::EXIT) {
      if (m == mask) {
        w.groups.erase(w.groups.begin() + g);
        return;
      }
      mask &= ~m;
      pc++;
      continue;
    }
    if (m != mask) {  // some of the lanes wait
      w.groups[g] = {pc + 1, mask & ~m, false};
      w.groups.push_back({pc + 1, m, true});
      return;
    }
    w.groups[g] = {pc + 1, mask, true};
    return;
  }
  w.groups[g].pc = pc;
  w.groups[g].mask = mask;
}

/// Joins lanes that are at one instruction.
void merge(Warp &w) {
  for (size_t i = 0; i < w.groups.size(); i++)
    for (size_t j = w.groups.size() - 1; j > i; j--)
      if (w.groups[i].pc == w.groups[j].pc && w.groups[i].waiting == w.groups[j].waiting) {
        w.groups[i].mask |= w.groups[j].mask;
        w.groups.erase(w.groups.begin() + j);
      }
}

/// Runs a warp until all its lanes wait or have ended.
void advance(Warp &w) {
  for (;;) {
    if (w.groups.size() > 1) merge(w);
    size_t best = w.groups.size();
    for (size_t i = 0; i < w.groups.size(); i++)
      if (!w.groups[i].waiting && (best == w.groups.size() || w.groups[i].pc < w.groups[best].pc)) best = i;
    if (best == w.groups.size()) return;
    run(w, best);
  }
}

void runBlock(Block &b) {
  for (;;) {
    uint32_t at = 0, waiting = 0, alive = 0;
    bool apart = false;
    const Program &p = *b.launch->program;
    for (auto &w : b.warps) {
      advance(w);
      for (auto &g : w.groups) {
        if (at && g.pc != at) apart = true;
        at = g.pc;
        waiting += __builtin_popcount(g.mask);
      }
    }
    alive = waiting;
    if (!alive) return;
    unsigned threads = b.launch->block[0] * b.launch->block[1] * b.launch->block[2];
    if (apart || alive != threads) {
      Warp *w = &b.warps[0];
      for (auto &other : b.warps)
        if (!other.groups.empty()) w = &other;
      int lane = __builtin_ctz(w->groups[0].mask);
      finding(*w, p.code[w->groups[0].pc - 1], lane, "divergent barrier",
              apart ? "threads of the block wait at different barriers"
                    : "only " + std::to_string(alive) + " of " + std::to_string(threads) + " threads reach the barrier");
      throw Stopped();
    }
    b.epoch++;
    for (auto &w : b.warps)
      for (auto &g : w.groups) g.waiting = false;
  }
}

}  // namespace

bool execute(Launch &l, Counters &counters) {
  uint64_t blocks = (uint64_t)l.grid[0] * l.grid[1] * l.grid[2];
  std::atomic<uint64_t> next{0};
  std::atomic<bool> stopped{false};
  std::mutex lock;
  auto work = [&] {
    Block b;
    try {
      for (uint64_t i; !stopped && (i = next++) < blocks;) {
        prepare(b, l, i);
        runBlock(b);
      }
    } catch (const Stopped &) {
      stopped = true;
    }
    std::lock_guard<std::mutex> guard(lock);
    counters.add(b.counters);
  };
  int wanted = settings().threads ? settings().threads : std::thread::hardware_concurrency();
  if (l.race || l.count || blocks < 4) wanted = 1;  // the notes of accesses are kept without locks
  std::vector<std::thread> others;
  for (int i = 1; i < wanted; i++) others.emplace_back(work);
  work();
  for (auto &t : others) t.join();
  counters.launches++;
  return !stopped;
}

}  // namespace cudasim
