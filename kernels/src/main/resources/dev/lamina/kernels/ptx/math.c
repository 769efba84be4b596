// The functions that PTX has no accurate instruction for, as CUDA computes them: made into math.ptx by nvcc
// (`MathTextTest` compares), from where the printer takes their instructions. Results are within 2 units in
// the last place. None may use local memory.
#define ONE(fn, type, t) \
    extern "C" __device__ __noinline__ type fn##_##t(type x) { return fn(x); }
#define BOTH(fn) ONE(fn, float, f32) ONE(fn, double, f64)

BOTH(exp)
BOTH(log)
BOTH(log1p)
BOTH(expm1)
BOTH(tanh)
BOTH(erf)

extern "C" __device__ __noinline__ float pow_f32(float x, float y) { return pow(x, y); }
extern "C" __device__ __noinline__ double pow_f64(double x, double y) { return pow(x, y); }

// Sine and cosine are our own: CUDA's keep a product in an indexed array, which costs every kernel a stack
// frame; these keep three words in registers. n counts quarter turns to come: the sine of x + n pi / 2.
//
// Large arguments go by Payne and Hanek (1983). x = m 2^k, m an integer of one word: bits of 2 / pi before
// position -k - 2 give multiples of 4 when multiplied by m, and of the three words from there on the upper
// two of the product are enough. The tables begin with a word of zeros.
extern "C" __device__ const unsigned two_over_pi_f32[7] = {0,          0xA2F9836E, 0x4E441529, 0xFC2757D1,
                                                           0xF534DDC0, 0xDB629599, 0x3C439041};
extern "C" __device__ const unsigned long long two_over_pi_f64[19] = {
    0, 0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041,
    0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0, 0x06492EEA09D1921C, 0xFE1DEB1CB129A73E,
    0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4, 0x9C845F8BBDF9283B,
    0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D,
    0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08};

static __device__ __forceinline__ float wave(float x, int n) {
    // x minus the nearest multiple of pi / 2, which is cut into three floats, none above what is left, so
    // that -0 keeps its sign; with fused products exact enough while the multiple has 17 bits.
    int q = __float2int_rn(x * 0.63661977f);
    const float k = (float)q, a = fabsf(x);
    float r = fmaf(k, -1.57079625f, x);
    r = fmaf(k, -7.5497894e-08f, r);
    r = fmaf(k, -5.3903025e-15f, r);
    if (a > 105000.0f) {
        const unsigned bits = __float_as_uint(x);
        const unsigned e = (bits >> 23 & 255) - 128, m = bits << 8 | 0x80000000u;
        const unsigned *t = two_over_pi_f32 + (e >> 5);
        const unsigned w2 = __funnelshift_l(t[1], t[0], e);
        const unsigned w1 = __funnelshift_l(t[2], t[1], e);
        const unsigned w0 = __funnelshift_l(t[3], t[2], e);
        const unsigned long long p = (unsigned long long)__umulhi(m, w0) + (unsigned long long)m * w1 +
                                     ((unsigned long long)(m * w2) << 32);
        const int turns = (int)(p >> 62) + (int)(p >> 61 & 1);
        // pi / 2 over 2^64
        const float f = (float)((double)(long long)(p << 2) * 8.515303950216386e-20);
        r = x < 0 ? -f : f;
        q = x < 0 ? -turns : turns;
        if (!(a < __int_as_float(0x7f800000))) r = __int_as_float(0x7fffffff);
    }
    q += n;
    // Polynomials for |r| <= pi / 4: those of Cephes' sinf (S. Moshier).
    const float s = r * r;
    float c = fmaf(2.44331571e-5f, s, -1.38873163e-3f);
    c = fmaf(c, s, 4.16666457e-2f);
    c = fmaf(c, s, -0.5f);
    c = fmaf(c, s, 1.0f);
    float d = fmaf(-1.95152959e-4f, s, 8.33216087e-3f);
    d = fmaf(d, s, -1.66666546e-1f);
    // The sum with 0 makes the product positive, else -0 would lose its sign.
    d = fmaf(d, fmaf(s, r, 0.0f), r);
    const float y = q & 1 ? c : d;
    return q & 2 ? -y : y;
}

static __device__ __forceinline__ unsigned long long window(const unsigned long long *t, int shift) {
    return t[0] << shift | t[1] >> 1 >> (63 - shift);
}

static __device__ __forceinline__ double wave(double x, int n) {
    int q = __double2int_rn(x * 0.6366197723675814);
    const double k = (double)q, a = fabs(x);
    double r = fma(k, -1.5707963267948966, x);
    r = fma(k, -6.123233995736765e-17, r);
    r = fma(k, -1.082856673921914e-32, r);
    if (a > 1e6) {
        const unsigned long long bits = __double_as_longlong(x);
        const int e = (int)(bits >> 52 & 2047) - 1024, shift = e & 63;
        const unsigned long long m = bits << 11 | 0x8000000000000000ull;
        const unsigned long long *t = two_over_pi_f64 + (e >> 6);
        const unsigned long long w2 = window(t, shift), w1 = window(t + 1, shift), w0 = window(t + 2, shift);
        const unsigned long long low = m * w1 + __umul64hi(m, w0);
        const unsigned long long high = m * w2 + __umul64hi(m, w1) + (low < m * w1 ? 1 : 0);
        const int turns = (int)(high >> 62) + (int)(high >> 61 & 1);
        const long long upper = (long long)(high << 2 | low >> 62);
        const double u = (double)upper;
        const double rest = (double)(upper - (long long)u) + (double)(low << 2) * 5.421010862427522e-20;
        // pi / 2 over 2^64, in two parts
        const double f = fma(u, 8.515303950216386e-20, fma(rest, 8.515303950216386e-20, u * 3.319411800407449e-36));
        r = x < 0 ? -f : f;
        q = x < 0 ? -turns : turns;
        if (!(a < __longlong_as_double(0x7ff0000000000000ll))) r = __longlong_as_double(0x7fffffffffffffffll);
    }
    q += n;
    // Those of fdlibm's kernels (Sun Microsystems, 1993).
    const double s = r * r;
    double c = fma(-1.13596475577881948265e-11, s, 2.08757232129817482790e-09);
    c = fma(c, s, -2.75573143513906633035e-07);
    c = fma(c, s, 2.48015872894767294178e-05);
    c = fma(c, s, -1.38888888888741095749e-03);
    c = fma(c, s, 4.16666666666666019037e-02);
    c = fma(c, s, -0.5);
    c = fma(c, s, 1.0);
    double d = fma(1.58969099521155010221e-10, s, -2.50507602534068634195e-08);
    d = fma(d, s, 2.75573137070700676789e-06);
    d = fma(d, s, -1.98412698298579493134e-04);
    d = fma(d, s, 8.33333333332248946124e-03);
    d = fma(d, s, -1.66666666666666324348e-01);
    d = fma(d, fma(s, r, 0.0), r);
    const double y = q & 1 ? c : d;
    return q & 2 ? -y : y;
}

extern "C" __device__ __noinline__ float sin_f32(float x) { return wave(x, 0); }
extern "C" __device__ __noinline__ float cos_f32(float x) { return wave(x, 1); }
extern "C" __device__ __noinline__ double sin_f64(double x) { return wave(x, 0); }
extern "C" __device__ __noinline__ double cos_f64(double x) { return wave(x, 1); }
