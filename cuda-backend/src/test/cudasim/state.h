// What the driver's calls and the simulated processor share: settings, device memory, faults.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace cudasim {

struct Settings {
  std::atomic<bool> race{false}, lazy{false}, count{false};
  std::atomic<long> memory{4l << 30};
  int devices = 1, sm = 80, driver = 12060, threads = 0;
  double ptx = 8.5;
  std::string failName, log;
  std::atomic<long> failAfter{0}, failTimes{0};  // calls of this name that pass, then those that fail
};

Settings &settings();

/// Who touched a word of device memory last.
struct GlobalShadow {
  uint64_t writeLaunch = 0, readLaunch = 0;
  uint32_t writeBlock = 0, readBlock = 0, writeEpoch = 0, readEpoch = 0;
  int16_t writer = 0, reader = 0;
  uint8_t written = 0, read = 0;  // which bytes of the word
};

struct Allocation {
  uint64_t at;
  size_t bytes;
  uint8_t *base;
  size_t capacity;
  int device;
  std::vector<GlobalShadow> shadow;   // by word, made at the first use with races on
  std::vector<uint32_t> touched;      // by 32-byte sector: the launch that touched it last
};

/// The allocation that holds all of [address, address + bytes), or null.
Allocation *allocationOf(uint64_t address, size_t bytes);
Allocation *nearestBelow(uint64_t address);

/// 0 if there is no room.
uint64_t allocate(size_t bytes, int device);
/// False if the address is not the start of an allocation. A damaged guard zone is a fault.
bool release(uint64_t address);
size_t bytesInUse(int device);
/// Calls that launched a kernel or a graph.
long launchesCalled();

/// Adds a fault as a JSON line: to the list, to stderr, and to the log.
void report(const std::string &json);
std::string quoted(const std::string &text);

}  // namespace cudasim
