// OpenCL C 1.2: what differs from CUDA C. Every macro here is in prelude.cuda.h too, and has a test kernel.
#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#define KERNEL __kernel void
// Always inlined: PoCL 3.1 lets its threads share what a function with a barrier holds, if it is called twice.
#define DEVICE static inline __attribute__((always_inline))
#define GLOBAL __global
#define LOCAL __local
#define SHARED __local
#define RESTRICT restrict
#define LOCAL_ID ((int)get_local_id(0))
#define LOCAL_SIZE ((int)get_local_size(0))
#define GROUP_ID ((int)get_group_id(0))
#define GROUPS ((int)get_num_groups(0))
#define GLOBAL_ID ((int)get_global_id(0))
#define GLOBAL_SIZE ((int)get_global_size(0))
#define SYNC barrier(CLK_LOCAL_MEM_FENCE)
#define FMA(a, b, c) fma((a), (b), (c))
#define MUL_HI(a, b) mul_hi((a), (b))
#define LOAD4(p) vload4(0, (p))
#define STORE4(v, p) vstore4((v), 0, (p))
#define MAKE4(a, b, c, d) ((float4)((a), (b), (c), (d)))
typedef uchar u8;
