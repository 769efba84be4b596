package dev.lamina.cpu;

/// Coefficients and limits shared by the vector classes and [ScalarMath], so that both compute the same
/// function: they differ only where the vector code rounds once (fma) and the scalar code twice.
///
/// Sources: exp, log, sin, cos from the Cephes library (S. Moshier); erf near zero after N. Juffa;
/// beyond, the minimax polynomial of the fourth root of 1 - erf, found by weighted least squares.
final class Polynomials {
    private Polynomials() {}

    /// Adding and subtracting it rounds to the nearest integer, which then sits in the low bits (1.5 * 2^23).
    static final float MAGIC = 12582912f;
    static final int MAGIC_BITS = 0x4b400000;
    /// From here on every float is an integer (2^23).
    static final float WHOLE = 8388608f;

    static final int SIGN_BIT = 0x80000000;

    static final float LOG2E = 1.44269504f;
    /// ln 2 in two parts; the first has 10 bits, so that its product with an exponent is exact.
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;

    /// Within it `2^n` is a normal number for all n that exp meets.
    static final float EXP_PLAIN = 87f;
    /// exp is `Infinity` from here on.
    static final float EXP_HIGH = 89f;
    /// exp is 0 up to here, denormal numbers included.
    static final float EXP_LOW = -104f;
    /// expm1 is -1 up to here.
    static final float EXPM1_LOW = -25f;
    /// tanh is 1 from here on.
    static final float TANH_HIGH = 10f;
    /// erf is 1 from here on.
    static final float ERF_HIGH = 3.9375f;

    /// `exp(r) = 1 + r + r^2 * (E5 + r * (E4 + ...))` for `|r| <= ln 2 / 2`.
    static final float E0 = 1.9875691500e-4f;
    static final float E1 = 1.3981999507e-3f;
    static final float E2 = 8.3334519073e-3f;
    static final float E3 = 4.1665795894e-2f;
    static final float E4 = 1.6666665459e-1f;
    static final float E5 = 5.0000001201e-1f;

    /// `log(1 + f) = f - f^2 / 2 + f^3 * (L8 + f * (L7 + ...))` for `sqrt(1/2) <= 1 + f < sqrt(2)`.
    static final float L0 = 7.0376836292e-2f;
    static final float L1 = -1.1514610310e-1f;
    static final float L2 = 1.1676998740e-1f;
    static final float L3 = -1.2420140846e-1f;
    static final float L4 = 1.4249322787e-1f;
    static final float L5 = -1.6668057665e-1f;
    static final float L6 = 2.0000714765e-1f;
    static final float L7 = -2.4999993993e-1f;
    static final float L8 = 3.3333331174e-1f;
    /// The bits of sqrt(1/2), where the mantissa interval begins.
    static final int SQRT_HALF_BITS = 0x3f3504f3;
    /// Lifts denormal numbers into the normal range (2^23).
    static final float LIFT = 8388608f;

    /// Below it `erf(x) = x + x * P(x^2)`, above `1 - Q(|x|)^4`.
    static final float ERF_SPLIT = 0.927734375f;
    static final float P0 = -5.96761703e-4f;
    static final float P1 = 4.99119423e-3f;
    static final float P2 = -2.67681349e-2f;
    static final float P3 = 1.12819925e-1f;
    static final float P4 = -3.76125336e-1f;
    static final float P5 = 1.28379166e-1f;
    static final float Q0 = -2.7930277e-5f;
    static final float Q1 = 2.6772934e-4f;
    static final float Q2 = 1.6838279e-4f;
    static final float Q3 = -1.045851e-2f;
    static final float Q4 = 3.8540863e-2f;
    static final float Q5 = -9.90873e-3f;
    static final float Q6 = -9.9981986e-2f;
    static final float Q7 = -2.9032674e-1f;
    static final float Q8 = 1.0014964f;

    /// Up to here sin and cos subtract pi / 2 in three parts; beyond, the double functions of `Math` are
    /// called.
    static final float CIRCLE = 8192f;
    static final float TWO_OVER_PI = 0.63661977f;
    static final float HALF_PI_0 = 1.5703125f;
    static final float HALF_PI_1 = 4.837512969970703125e-4f;
    static final float HALF_PI_2 = 7.54978995489188216e-8f;
    static final float S0 = -1.9515295891e-4f;
    static final float S1 = 8.3321608736e-3f;
    static final float S2 = -1.6666654611e-1f;
    static final float C0 = 2.443315711809948e-5f;
    static final float C1 = -1.388731625493765e-3f;
    static final float C2 = 4.166664568298827e-2f;
}
