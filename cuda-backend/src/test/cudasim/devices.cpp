// Devices, contexts and errors.
#include <cstdio>
#include <cstring>

#include "driver.h"

namespace cudasim {

std::recursive_mutex &driverLock() {
  static std::recursive_mutex m;
  return m;
}

std::atomic<int> &stickyError() {
  static std::atomic<int> e{0};
  return e;
}

Context *&currentContext() {
  static thread_local Context *c = nullptr;
  return c;
}

static bool ready = false;
bool initialized() { return ready; }

/// "allocation" stands for every call that takes memory.
bool fails(const char *name) {
  Settings &s = settings();
  bool meant = s.failName == "allocation" ? strstr(name, "Alloc") && strncmp(name, "cuMem", 5) == 0 : s.failName == name;
  if (!meant) return false;
  if (s.failAfter > 0) {
    s.failAfter--;
    return false;
  }
  return s.failTimes-- > 0;
}

static Context *primary(int device) {
  static std::map<int, Context> all;
  return &all.emplace(device, Context{device}).first->second;
}

}  // namespace cudasim

using namespace cudasim;

API cuInit(unsigned) {
  if (settings().devices == 0) return NO_DEVICE;
  ready = true;
  return SUCCESS;
}

API cuDriverGetVersion(int *v) {
  *v = settings().driver;
  return SUCCESS;
}

API cuDeviceGetCount(int *n) {
  if (!ready) return NOT_INITIALIZED;
  *n = settings().devices;
  return SUCCESS;
}

API cuDeviceGet(int *d, int i) {
  if (!ready) return NOT_INITIALIZED;
  if (i < 0 || i >= settings().devices) return INVALID_DEVICE;
  *d = i;
  return SUCCESS;
}

API cuDeviceGetName(char *s, int n, int) {
  snprintf(s, n, "cudasim");
  return SUCCESS;
}

API cuDeviceTotalMem_v2(size_t *n, int) {
  *n = settings().memory;
  return SUCCESS;
}

API cuDeviceGetUuid(char *uuid, int d) {
  memset(uuid, 'a' + d, 16);
  return SUCCESS;
}

API cuDeviceGetPCIBusId(char *s, int n, int d) {
  snprintf(s, n, "0000:%02x:00.0", d);
  return SUCCESS;
}

/// The limits of an A100 but for the compute capability.
API cuDeviceGetAttribute(int *v, int a, int) {
  static const std::map<int, int> values = {
      {1, 1024}, {2, 1024}, {3, 1024}, {4, 64},     {5, 2147483647}, {6, 65535}, {7, 65535},   {8, 49152},  {9, 65536},
      {10, 32},  {12, 65536}, {13, 1410000}, {16, 108}, {31, 1},     {36, 1215000}, {37, 5120}, {38, 40 << 20},
      {39, 2048}, {41, 1},   {81, 167936}, {82, 65536}, {97, 166912}, {106, 32}, {115, 1}};
  if (a == 75) *v = settings().sm / 10;
  else if (a == 76) *v = settings().sm % 10;
  else *v = values.count(a) ? values.at(a) : 0;
  return SUCCESS;
}

API cuDevicePrimaryCtxRetain(Context **c, int d) {
  if (!ready) return NOT_INITIALIZED;
  if (fails("cuDevicePrimaryCtxRetain")) return OUT_OF_MEMORY;
  *c = primary(d);
  return SUCCESS;
}

API cuDevicePrimaryCtxRelease_v2(int) { return SUCCESS; }
API cuDevicePrimaryCtxSetFlags_v2(int, unsigned) { return SUCCESS; }

API cuDevicePrimaryCtxGetState(int, unsigned *flags, int *active) {
  *flags = 0;
  *active = 1;
  return SUCCESS;
}

/// What a process cannot do on a real device: forgets a fault, so that tests can go on.
API cudasim_reset() {
  std::lock_guard<std::recursive_mutex> guard(driverLock());
  stickyError() = 0;
  return SUCCESS;
}

API cuCtxCreate_v2(Context **c, unsigned, int d) {
  *c = currentContext() = new Context{d};
  return SUCCESS;
}

API cuCtxDestroy_v2(Context *c) {
  if (currentContext() == c) currentContext() = nullptr;
  delete c;
  return SUCCESS;
}

API cuCtxSetCurrent(Context *c) {
  currentContext() = c;
  return SUCCESS;
}

API cuCtxGetCurrent(Context **c) {
  *c = currentContext();
  return SUCCESS;
}

static thread_local std::vector<Context *> pushed;

API cuCtxPushCurrent_v2(Context *c) {
  pushed.push_back(currentContext());
  currentContext() = c;
  return SUCCESS;
}

API cuCtxPopCurrent_v2(Context **c) {
  if (c) *c = currentContext();
  currentContext() = pushed.empty() ? nullptr : pushed.back();
  if (!pushed.empty()) pushed.pop_back();
  return SUCCESS;
}

API cuCtxGetDevice(int *d) {
  if (!currentContext()) return INVALID_CONTEXT;
  *d = currentContext()->device;
  return SUCCESS;
}

API cuCtxSynchronize() {
  CALL("cuCtxSynchronize");
  drainAll();
  return stickyError();
}

static const char *nameOf(int e) {
  static const std::map<int, const char *> names = {
      {0, "CUDA_SUCCESS"}, {1, "CUDA_ERROR_INVALID_VALUE"}, {2, "CUDA_ERROR_OUT_OF_MEMORY"},
      {3, "CUDA_ERROR_NOT_INITIALIZED"}, {100, "CUDA_ERROR_NO_DEVICE"}, {101, "CUDA_ERROR_INVALID_DEVICE"},
      {201, "CUDA_ERROR_INVALID_CONTEXT"}, {218, "CUDA_ERROR_INVALID_PTX"},
      {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"}, {400, "CUDA_ERROR_INVALID_HANDLE"}, {500, "CUDA_ERROR_NOT_FOUND"},
      {600, "CUDA_ERROR_NOT_READY"}, {700, "CUDA_ERROR_ILLEGAL_ADDRESS"}, {716, "CUDA_ERROR_MISALIGNED_ADDRESS"},
      {719, "CUDA_ERROR_LAUNCH_FAILED"}, {801, "CUDA_ERROR_NOT_SUPPORTED"}};
  auto found = names.find(e);
  return found == names.end() ? nullptr : found->second;
}

API cuGetErrorName(int e, const char **s) {
  *s = nameOf(e);
  return *s ? SUCCESS : INVALID_VALUE;
}

API cuGetErrorString(int e, const char **s) { return cuGetErrorName(e, s); }
