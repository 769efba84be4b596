// The functions that PTX has no accurate instruction for, as CUDA computes them: made into math.ptx by nvcc
// (`MathsTextTest` says how and compares), from where the printer takes their instructions. One argument or
// two, one result, no calls; f32 within 2 units in the last place, but 4 for pow, f64 within 2.
#define ONE(fn, type, t) \
    extern "C" __device__ __noinline__ type fn##_##t(type x) { return fn(x); }
#define BOTH(fn) ONE(fn, float, f32) ONE(fn, double, f64)

BOTH(exp)
BOTH(log)
BOTH(log1p)
BOTH(expm1)
BOTH(tanh)
BOTH(erf)
ONE(sin, double, f64)
ONE(cos, double, f64)

extern "C" __device__ __noinline__ float pow_f32(float x, float y) { return pow(x, y); }
extern "C" __device__ __noinline__ double pow_f64(double x, double y) { return pow(x, y); }

// The first bits of 2 / pi after a word of zeros.
extern "C" __device__ const unsigned two_over_pi[7] = {0,          0xA2F9836E, 0x4E441529, 0xFC2757D1,
                                                       0xF534DDC0, 0xDB629599, 0x3C439041};

// x minus the nearest multiple of pi / 2, and which multiple that is, modulo 4. CUDA's own keeps a product in
// an indexed array, which costs every kernel a stack frame; this one keeps three words in registers.
static __device__ __forceinline__ float quarter(float x, int *q) {
    // pi / 2 in three floats; with fused products exact enough while the multiple has 17 bits.
    *q = __float2int_rn(x * 0.63661977f);
    const float k = (float)*q;
    float r = fmaf(k, -1.5707963e+00f, x);
    r = fmaf(k, 4.3711388e-08f, r);
    r = fmaf(k, 1.7151245e-15f, r);
    const float a = fabsf(x);
    if (a > 105000.0f) {
        // Payne and Hanek (1983). x = m 2^(e - 30), m an integer of 32 bits: bits of 2 / pi before position
        // e - 32 give multiples of 4, and of the 96 bits from there on the upper 64 of the product are enough.
        const unsigned bits = __float_as_uint(x);
        const unsigned e = (bits >> 23 & 255) - 128, m = bits << 8 | 0x80000000u;
        const unsigned *t = two_over_pi + (e >> 5);
        const unsigned w2 = __funnelshift_l(t[1], t[0], e);
        const unsigned w1 = __funnelshift_l(t[2], t[1], e);
        const unsigned w0 = __funnelshift_l(t[3], t[2], e);
        const unsigned long long p = (unsigned long long)__umulhi(m, w0) + (unsigned long long)m * w1 +
                                     ((unsigned long long)(m * w2) << 32);
        const int n = (int)(p >> 62) + (int)(p >> 61 & 1);
        // pi / 2 over 2^64
        const float f = (float)((double)(long long)(p << 2) * 8.5153039502163873e-20);
        r = x < 0 ? -f : f;
        *q = x < 0 ? -n : n;
        if (!(a < __int_as_float(0x7f800000))) r = __int_as_float(0x7fffffff);
    }
    return r;
}

// The sine of x + n pi / 2: polynomials for |r| <= pi / 4 (those of Cephes' sinf, S. Moshier 1989).
static __device__ __forceinline__ float wave(float x, int n) {
    int q;
    const float r = quarter(x, &q);
    q += n;
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

extern "C" __device__ __noinline__ float sin_f32(float x) { return wave(x, 0); }
extern "C" __device__ __noinline__ float cos_f32(float x) { return wave(x, 1); }
