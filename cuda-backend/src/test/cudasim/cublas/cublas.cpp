// A simulated cuBLAS: the calls that the backend makes, on the memory and in the streams of the simulated driver.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

extern "C" {
int cuCtxGetCurrent(void **);
int cuMemAlloc_v2(uint64_t *, size_t);
int cuMemFree_v2(uint64_t);
int cuLaunchHostFunc(void *, void (*)(void *), void *);
int cudasim_accessible(uint64_t, size_t);
void cudasim_report(const char *);
}

namespace {

enum Status { SUCCESS = 0, NOT_INITIALIZED = 1, ALLOC_FAILED = 3, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum Type { R_32F = 0, R_64F = 1 };
enum Compute { C_32F = 68, C_64F = 70, C_TF32 = 77 };

constexpr size_t OWN_BYTES = 1 << 16;

struct Handle {
  void *stream = nullptr;
  uint64_t workspace = 0, own = 0;
};

std::mutex lock;
std::set<Handle *> handles;
std::string failing;
int failure = 0;
long products = 0, tf32 = 0;

int fails(const char *call) { return failing == call ? failure : SUCCESS; }

void report(const std::string &what) { cudasim_report(("{\"kind\":\"cublas\",\"what\":\"" + what + "\"}").c_str()); }

struct Product {
  bool ta, tb, round;
  int m, n, k, lda, ldb, ldc, count;
  long long strideA, strideB, strideC;
  double alpha, beta;
  const uint8_t *a, *b;
  uint8_t *c;
};

/// To 10 bits of mantissa, halves away from zero.
float tf32Of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  bits = (bits + 0x1000) & ~0x1fffu;
  memcpy(&x, &bits, 4);
  return x;
}

double rounded(double x, bool) { return x; }
float rounded(float x, bool round) { return round ? tf32Of(x) : x; }

template <typename T>
void multiply(const Product &p) {
  for (int i = 0; i < p.count; i++) {
    auto a = (const T *)p.a + i * p.strideA;
    auto b = (const T *)p.b + i * p.strideB;
    auto c = (T *)p.c + i * p.strideC;
    for (int column = 0; column < p.n; column++)
      for (int row = 0; row < p.m; row++) {
        double sum = 0;
        for (int l = 0; l < p.k; l++) {
          T x = a[p.ta ? l + (size_t)row * p.lda : row + (size_t)l * p.lda];
          T y = b[p.tb ? column + (size_t)l * p.ldb : l + (size_t)column * p.ldb];
          sum += (double)rounded(x, p.round) * rounded(y, p.round);
        }
        T &to = c[row + (size_t)column * p.ldc];
        to = p.alpha * sum + (p.beta == 0 ? 0 : p.beta * to);
      }
  }
}

/// Elements from the first to the last of `count` matrices of `rows` x `columns`.
size_t extent(int rows, int columns, int ld, long long stride, int count) {
  return (count - 1) * std::max(stride, 0ll) + (size_t)ld * (columns - 1) + rows;
}

}  // namespace

#define API extern "C" __attribute__((visibility("default")))

API int cublasCreate_v2(Handle **h) {
  std::lock_guard<std::mutex> guard(lock);
  if (int e = fails("cublasCreate")) return e;
  void *context = nullptr;
  if (cuCtxGetCurrent(&context) || !context) return NOT_INITIALIZED;
  uint64_t own;
  if (cuMemAlloc_v2(&own, OWN_BYTES)) return ALLOC_FAILED;
  *h = new Handle;
  (*h)->own = own;
  handles.insert(*h);
  return SUCCESS;
}

API int cublasDestroy_v2(Handle *h) {
  std::lock_guard<std::mutex> guard(lock);
  if (!handles.erase(h)) return NOT_INITIALIZED;
  cuMemFree_v2(h->own);
  delete h;
  return SUCCESS;
}

/// As in the original, this puts the library's own workspace back.
API int cublasSetStream_v2(Handle *h, void *stream) {
  std::lock_guard<std::mutex> guard(lock);
  if (!handles.count(h)) return NOT_INITIALIZED;
  if (int e = fails("cublasSetStream")) return e;
  h->stream = stream;
  h->workspace = 0;
  return SUCCESS;
}

API int cublasSetWorkspace_v2(Handle *h, void *p, size_t n) {
  std::lock_guard<std::mutex> guard(lock);
  if (!handles.count(h)) return NOT_INITIALIZED;
  if (int e = fails("cublasSetWorkspace")) return e;
  if ((uint64_t)p % 256 || !cudasim_accessible((uint64_t)p, n)) return INVALID_VALUE;
  h->workspace = (uint64_t)p;
  return SUCCESS;
}

API int cublasGemmStridedBatchedEx(Handle *h, int ta, int tb, int m, int n, int k, const void *alpha, const void *a,
                                   int aType, int lda, long long strideA, const void *b, int bType, int ldb,
                                   long long strideB, const void *beta, void *c, int cType, int ldc, long long strideC,
                                   int count, int compute, int) {
  std::lock_guard<std::mutex> guard(lock);
  if (!handles.count(h)) return NOT_INITIALIZED;
  if (int e = fails("cublasGemmStridedBatchedEx")) return e;
  bool wide = compute == C_64F;
  int type = wide ? R_64F : R_32F;
  if ((compute != C_32F && compute != C_64F && compute != C_TF32) || aType != type || bType != type || cType != type)
    return NOT_SUPPORTED;
  if (m < 0 || n < 0 || k < 0 || count < 0 || lda < std::max(1, ta ? k : m) || ldb < std::max(1, tb ? n : k) ||
      ldc < std::max(1, m))
    return INVALID_VALUE;
  if (m == 0 || n == 0 || count == 0) return SUCCESS;
  if (!h->workspace) report("a product without a workspace: its bits may change from run to run");
  size_t bytes = wide ? 8 : 4;
  bool inside = cudasim_accessible((uint64_t)a, bytes * extent(ta ? k : m, ta ? m : k, lda, strideA, count)) &&
                cudasim_accessible((uint64_t)b, bytes * extent(tb ? n : k, tb ? k : n, ldb, strideB, count)) &&
                cudasim_accessible((uint64_t)c, bytes * extent(m, n, ldc, strideC, count));
  if (!inside) {
    report("a matrix of which some is in no allocation");
    return EXECUTION_FAILED;
  }
  auto scalar = [&](const void *p) { return wide ? *(const double *)p : *(const float *)p; };
  auto p = std::make_unique<Product>(Product{ta != 0, tb != 0, compute == C_TF32, m, n, k, lda, ldb, ldc, count, strideA,
                                             strideB, strideC, scalar(alpha), scalar(beta), (const uint8_t *)a,
                                             (const uint8_t *)b, (uint8_t *)c});
  products++;
  tf32 += p->round;
  auto work = [](void *data) {
    std::unique_ptr<Product> p((Product *)data);
    multiply<float>(*p);
  };
  auto wideWork = [](void *data) {
    std::unique_ptr<Product> p((Product *)data);
    multiply<double>(*p);
  };
  void (*f)(void *) = wide ? (void (*)(void *))wideWork : (void (*)(void *))work;
  if (cuLaunchHostFunc(h->stream, f, p.get())) return EXECUTION_FAILED;
  p.release();
  return SUCCESS;
}

/// Lets calls of this name return `status` from now on; an empty name ends that.
API void cublassim_fail(const char *call, int status) {
  std::lock_guard<std::mutex> guard(lock);
  failing = call;
  failure = status;
}

/// Handles that live, products so far, and those of them in TF32.
API long cublassim_query(const char *name) {
  std::lock_guard<std::mutex> guard(lock);
  std::string n = name;
  return n == "handles" ? (long)handles.size() : n == "products" ? products : n == "tf32" ? tf32 : -1;
}
