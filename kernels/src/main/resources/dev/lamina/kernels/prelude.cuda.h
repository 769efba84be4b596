// CUDA C: what differs from OpenCL C 1.2. Every macro here is in prelude.opencl.h too.
#define KERNEL extern "C" __global__ void
#define DEVICE static __device__ __forceinline__
#define GLOBAL
#define LOCAL
#define SHARED __shared__
#define RESTRICT __restrict__
#define LOCAL_ID ((int)threadIdx.x)
#define LOCAL_SIZE ((int)blockDim.x)
#define GROUP_ID ((int)blockIdx.x)
#define GROUPS ((int)gridDim.x)
#define GLOBAL_ID ((int)(blockIdx.x * blockDim.x + threadIdx.x))
#define GLOBAL_SIZE ((int)(gridDim.x * blockDim.x))
#define SYNC __syncthreads()
#define FMA(a, b, c) fma((a), (b), (c))
#define MUL_HI(a, b) __umulhi((a), (b))
#define LOAD4(p) (*(const float4 *)(p))
#define STORE4(v, p) (*(float4 *)(p) = (v))
#define MAKE4(a, b, c, d) make_float4((a), (b), (c), (d))
#define INFINITY (__int_as_float(0x7f800000))
#define NAN (__int_as_float(0x7fffffff))
typedef unsigned char u8;
typedef unsigned int uint;
