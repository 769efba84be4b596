// The driver's objects and the rules that every call follows.
#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "machine.h"
#include "state.h"

namespace cudasim {

enum Error {
  SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201, INVALID_PTX = 218, UNSUPPORTED_PTX = 222, INVALID_HANDLE = 400, NOT_FOUND = 500,
  NOT_READY = 600, ILLEGAL_ADDRESS = 700, LAUNCH_FAILED = 719, NOT_SUPPORTED = 801
};

struct LoadedModule;

struct Function {
  std::shared_ptr<Program> program;
  LoadedModule *module;
  int dynamicShared = 48 << 10;
};

struct LoadedModule {
  Module parsed;
  std::map<std::string, Function> functions;
};

struct Stream {
  int device;
  std::deque<std::function<void()>> queue;
};

struct Event {
  std::shared_ptr<bool> done;  // of the last recording
  std::shared_ptr<std::chrono::steady_clock::time_point> time;
  Stream *on = nullptr;
};

struct Context {
  int device;
};

std::recursive_mutex &driverLock();
std::atomic<int> &stickyError();
Context *&currentContext();
bool initialized();
Stream *streamOf(void *handle);

/// Runs the work of a stream; events of other streams that it waits for run first.
void drain(Stream *s);
void drainAll();

/// Queues work, or does it at once unless lazy.
void post(void *stream, std::function<void()> work);

/// True if the call of this name is the one that is to fail.
bool fails(const char *name);

int launch(Function *f, const unsigned grid[3], const unsigned block[3], unsigned shared, void *stream, void **params,
           void **extra);

/// The start of a call: one at a time, with a context, and no fault before it.
#define CALL(name)                                                              \
  std::lock_guard<std::recursive_mutex> guard_(cudasim::driverLock());          \
  if (!cudasim::initialized()) return cudasim::NOT_INITIALIZED;                 \
  if (!cudasim::currentContext()) return cudasim::INVALID_CONTEXT;              \
  if (cudasim::fails(name)) return cudasim::OUT_OF_MEMORY;                      \
  if (cudasim::stickyError()) return cudasim::stickyError()

#define API extern "C" __attribute__((visibility("default"))) int

}  // namespace cudasim
