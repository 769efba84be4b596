// Streams, events, copies and memory calls. Unless lazy, work is done at once; lazily, only when something waits.
#include <cstdlib>
#include <cstring>
#include <set>

#include "driver.h"

namespace cudasim {

static std::set<Stream *> streams;

Stream *streamOf(void *handle) {
  static std::map<int, Stream> legacy;
  if ((uint64_t)handle > 2) return (Stream *)handle;
  int d = currentContext() ? currentContext()->device : 0;
  Stream *s = &legacy.emplace(d, Stream{d, {}}).first->second;
  streams.insert(s);
  return s;
}

void drain(Stream *s) {
  while (!s->queue.empty()) {
    auto work = std::move(s->queue.front());
    s->queue.pop_front();
    work();
  }
}

void drainAll() {
  for (Stream *s : streams) drain(s);
}

void post(void *stream, std::function<void()> work) {
  if (settings().lazy)
    streamOf(stream)->queue.push_back(std::move(work));
  else
    work();
}

static int copy(void *stream, void *to, const void *from, size_t n, bool checkTo, bool checkFrom) {
  if (n == 0) return SUCCESS;
  if ((checkTo && !allocationOf((uint64_t)to, n)) || (checkFrom && !allocationOf((uint64_t)from, n))) {
    report("{\"kind\":\"copy\",\"what\":\"" + std::to_string(n) + " bytes, of which some are in no allocation\"}");
    return INVALID_VALUE;
  }
  post(stream, [=] { memcpy(to, from, n); });
  return SUCCESS;
}

}  // namespace cudasim

using namespace cudasim;

API cuStreamCreate(Stream **s, unsigned) {
  CALL("cuStreamCreate");
  *s = new Stream{currentContext()->device, {}};
  streams.insert(*s);
  return SUCCESS;
}

API cuStreamCreateWithPriority(Stream **s, unsigned flags, int) { return cuStreamCreate(s, flags); }

API cuStreamDestroy_v2(Stream *s) {
  std::lock_guard<std::recursive_mutex> guard(driverLock());
  drain(s);
  streams.erase(s);
  delete s;
  return SUCCESS;
}

API cuStreamSynchronize(void *s) {
  CALL("cuStreamSynchronize");
  drain(streamOf(s));
  return stickyError();
}

API cuStreamQuery(void *s) {
  CALL("cuStreamQuery");
  return streamOf(s)->queue.empty() ? SUCCESS : NOT_READY;
}

API cuStreamWaitEvent(void *s, Event *e, unsigned) {
  CALL("cuStreamWaitEvent");
  auto done = e->done;
  Stream *on = e->on;
  if (done) post(s, [done, on] { if (!*done) drain(on); });
  return SUCCESS;
}

API cuEventCreate(Event **e, unsigned) {
  CALL("cuEventCreate");
  *e = new Event;
  return SUCCESS;
}

API cuEventDestroy_v2(Event *e) {
  std::lock_guard<std::recursive_mutex> guard(driverLock());
  delete e;
  return SUCCESS;
}

API cuEventRecord(Event *e, void *s) {
  CALL("cuEventRecord");
  auto done = e->done = std::make_shared<bool>(false);
  auto time = e->time = std::make_shared<std::chrono::steady_clock::time_point>();
  e->on = streamOf(s);
  post(s, [done, time] {
    *done = true;
    *time = std::chrono::steady_clock::now();
  });
  return SUCCESS;
}

API cuEventSynchronize(Event *e) {
  CALL("cuEventSynchronize");
  if (e->done && !*e->done) drain(e->on);
  return stickyError();
}

API cuEventQuery(Event *e) {
  CALL("cuEventQuery");
  return !e->done || *e->done ? SUCCESS : NOT_READY;
}

API cuEventElapsedTime(float *ms, Event *a, Event *b) {
  CALL("cuEventElapsedTime");
  if (!a->done || !b->done) return INVALID_HANDLE;
  if (!*a->done || !*b->done) return NOT_READY;
  *ms = std::chrono::duration<float, std::milli>(*b->time - *a->time).count();
  return SUCCESS;
}

API cuLaunchHostFunc(void *s, void (*f)(void *), void *data) {
  CALL("cuLaunchHostFunc");
  post(s, [=] { f(data); });
  return SUCCESS;
}

// ---- memory ----

API cuMemGetInfo_v2(size_t *free, size_t *total) {
  CALL("cuMemGetInfo");
  *total = settings().memory;
  *free = *total - bytesInUse(currentContext()->device);
  return SUCCESS;
}

API cuMemAlloc_v2(uint64_t *p, size_t n) {
  CALL("cuMemAlloc");
  if (n == 0) return INVALID_VALUE;
  *p = cudasim::allocate(n, currentContext()->device);
  return *p ? SUCCESS : OUT_OF_MEMORY;
}

API cuMemFree_v2(uint64_t p) {
  CALL("cuMemFree");
  drainAll();
  return p == 0 || cudasim::release(p) ? SUCCESS : INVALID_VALUE;
}

API cuMemAllocAsync(uint64_t *p, size_t n, void *) {
  CALL("cuMemAllocAsync");
  if (n == 0) return INVALID_VALUE;
  *p = cudasim::allocate(n, currentContext()->device);
  return *p ? SUCCESS : OUT_OF_MEMORY;
}

API cuMemFreeAsync(uint64_t p, void *s) {
  CALL("cuMemFreeAsync");
  if (!allocationOf(p, 1)) return INVALID_VALUE;
  post(s, [p] { cudasim::release(p); });
  return SUCCESS;
}

API cuMemHostAlloc(void **p, size_t n, unsigned) {
  CALL("cuMemHostAlloc");
  *p = aligned_alloc(4096, (n + 4095) / 4096 * 4096);
  return *p ? SUCCESS : OUT_OF_MEMORY;
}

API cuMemAllocHost_v2(void **p, size_t n) { return cuMemHostAlloc(p, n, 0); }

API cuMemFreeHost(void *p) {
  CALL("cuMemFreeHost");
  drainAll();
  free(p);
  return SUCCESS;
}

API cuMemHostRegister_v2(void *, size_t, unsigned) { return SUCCESS; }
API cuMemHostUnregister(void *) { return SUCCESS; }

API cuMemcpyHtoDAsync_v2(void *to, const void *from, size_t n, void *s) {
  CALL("cuMemcpyHtoDAsync");
  return cudasim::copy(s, to, from, n, true, false);
}

API cuMemcpyDtoHAsync_v2(void *to, const void *from, size_t n, void *s) {
  CALL("cuMemcpyDtoHAsync");
  return cudasim::copy(s, to, from, n, false, true);
}

API cuMemcpyDtoDAsync_v2(void *to, const void *from, size_t n, void *s) {
  CALL("cuMemcpyDtoDAsync");
  return cudasim::copy(s, to, from, n, true, true);
}

API cuMemcpyHtoD_v2(void *to, const void *from, size_t n) {
  CALL("cuMemcpyHtoD");
  int e = cudasim::copy(nullptr, to, from, n, true, false);
  drain(streamOf(nullptr));
  return e ? e : stickyError().load();
}

API cuMemcpyDtoH_v2(void *to, const void *from, size_t n) {
  CALL("cuMemcpyDtoH");
  int e = cudasim::copy(nullptr, to, from, n, false, true);
  drain(streamOf(nullptr));
  return e ? e : stickyError().load();
}

API cuMemcpyDtoD_v2(void *to, const void *from, size_t n) { return cuMemcpyDtoDAsync_v2(to, from, n, nullptr); }

API cuMemsetD8Async(uint8_t *p, unsigned char v, size_t n, void *s) {
  CALL("cuMemsetD8Async");
  if (!allocationOf((uint64_t)p, n)) return INVALID_VALUE;
  post(s, [=] { memset(p, v, n); });
  return SUCCESS;
}

API cuMemsetD8_v2(uint8_t *p, unsigned char v, size_t n) { return cuMemsetD8Async(p, v, n, nullptr); }

API cuMemsetD32Async(uint32_t *p, unsigned v, size_t n, void *s) {
  CALL("cuMemsetD32Async");
  if (!allocationOf((uint64_t)p, 4 * n)) return INVALID_VALUE;
  post(s, [=] { for (size_t i = 0; i < n; i++) p[i] = v; });
  return SUCCESS;
}

API cuMemsetD32_v2(uint32_t *p, unsigned v, size_t n) { return cuMemsetD32Async(p, v, n, nullptr); }
