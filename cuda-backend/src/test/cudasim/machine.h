// The simulated processor: decoded instructions, warps of 32 lanes, blocks, and what the memory checks need.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ptx.h"

namespace cudasim {

constexpr uint64_t SHARED_WINDOW = 1ull << 60;  // generic addresses of shared memory
constexpr uint64_t LOCAL_WINDOW = 1ull << 61;   // generic addresses of local memory
constexpr uint32_t POISON = 0x7fbadbad;         // a NaN: what memory holds before it is written

struct Warp;
struct Code;
using Run = void (*)(Warp &, const Code &, uint32_t mask);

enum class Flow : uint8_t { NEXT, BRANCH, EXIT, BARRIER };

/// One decoded instruction. Operands are byte offsets into the warp's register file, where every register holds 32
/// lanes side by side; constants are registers that are filled once.
struct Code {
  Run run = nullptr;
  uint32_t d = 0, a = 0, b = 0, c = 0;
  uint32_t v[4] = {};       // registers of a vector
  int64_t offset = 0;       // of an address, or a choice of the instruction
  uint32_t target = 0;      // of a branch
  uint32_t guard = 0;
  bool guarded = false, negated = false;
  Flow flow = Flow::NEXT;
  uint8_t flops = 0;        // per lane, single precision
  uint8_t width = 0;        // bytes of the registers that a load or store names
  bool sign = false;        // a load extends the sign
  int line = 0, source = 0;
};

struct Fill {
  uint32_t at;
  uint64_t bits;
  int bytes;
};

/// A kernel that can run.
struct Program {
  std::string name;
  std::vector<Code> code;
  std::vector<Fill> constants;
  std::vector<Parameter> parameters;
  uint32_t registerBytes = 0;
  uint32_t specials[16] = {};  // offsets of tid.x .. nctaid.z, laneid, 0 where unused
  int parameterBytes = 0, sharedBytes = 0, localBytes = 0, maxThreads = 0;
};

/// @param address resolves module variables
std::shared_ptr<Program> decode(const Kernel &kernel, const std::map<std::string, Variable> &variables);

struct Launch;

/// What one launch counted.
struct Counters {
  uint64_t launches = 0, instructions = 0, fp32 = 0, tf32 = 0, bf16 = 0;
  uint64_t loadSectors = 0, loadBytes = 0, storeSectors = 0, storeBytes = 0, distinctSectors = 0;
  uint64_t sharedAccesses = 0, sharedPasses = 0;
  std::map<int, std::pair<uint64_t, uint64_t>> conflicts;  // by source line: accesses, extra passes
  void add(const Counters &o);
};

/// Bytes of shared memory that races are looked for in: of the smallest elements that threads store side by side, BF16.
constexpr int SHADOWED = 2;

/// Who was last at one piece of shared memory.
struct SharedShadow {
  int writer = -1, reader = -1;  // thread; -2 several
  uint32_t written = 0, read = 0;  // barrier epochs
};

/// A copy to shared memory that was started and not waited for.
struct AsyncCopy {
  uint32_t to;
  uint64_t from;
  int bytes, used, group;
};

struct Block {
  Launch *launch;
  unsigned id[3];
  std::vector<uint8_t> shared;
  std::vector<SharedShadow> shadow;
  std::vector<Warp> warps;
  uint32_t epoch = 1;
  Counters counters;
};

/// Lanes that run together.
struct Group {
  uint32_t pc, mask;
  bool waiting;
};

struct Warp {
  Block *block = nullptr;
  int index = 0;
  uint8_t *file = nullptr;
  std::vector<uint8_t> storage, local;
  std::vector<Group> groups;
  uint64_t low = 1, high = 0;  // the allocation that was last touched
  std::vector<AsyncCopy> copies[32];
  int asyncGroup[32] = {};

  template <class T>
  T *reg(uint32_t at) {
    return reinterpret_cast<T *>(file + at);
  }
};

/// Stops the launch: thrown by an access or a trap, caught by the scheduler.
struct Stopped {};

struct Launch {
  std::shared_ptr<Program> program;
  unsigned grid[3], block[3];
  uint32_t dynamicShared = 0;
  std::vector<uint8_t> parameters;
  uint64_t number = 0;  // of all launches of the process
  bool race = false, count = false;
};

/// Runs a launch to its end; false after a fault.
bool execute(Launch &launch, Counters &counters);

// -- what instructions ask of memory (memory.cpp, shared.cpp) --

uint8_t *global(Warp &w, const Code &c, int lane, uint64_t address, int bytes, bool write);
uint8_t *shared(Warp &w, const Code &c, int lane, uint64_t offset, int bytes, bool write);
uint8_t *local(Warp &w, const Code &c, int lane, uint64_t offset, int bytes);

/// Notes a warp's access for the counters and the race checks, once for all lanes.
void noteGlobal(Warp &w, const Code &c, const uint64_t *addresses, uint32_t mask, int bytes, bool write, bool atomic);
void noteShared(Warp &w, const Code &c, const uint64_t *offsets, uint32_t mask, int bytes, bool write);

[[noreturn]] void fault(Warp &w, const Code &c, int lane, const std::string &kind, const std::string &what, int error);
void finding(Warp &w, const Code &c, int lane, const std::string &kind, const std::string &what);

}  // namespace cudasim
