package dev.lamina.cpu;

import static dev.lamina.cpu.Polynomials.C0;
import static dev.lamina.cpu.Polynomials.C1;
import static dev.lamina.cpu.Polynomials.C2;
import static dev.lamina.cpu.Polynomials.CIRCLE;
import static dev.lamina.cpu.Polynomials.E0;
import static dev.lamina.cpu.Polynomials.E1;
import static dev.lamina.cpu.Polynomials.E2;
import static dev.lamina.cpu.Polynomials.E3;
import static dev.lamina.cpu.Polynomials.E4;
import static dev.lamina.cpu.Polynomials.E5;
import static dev.lamina.cpu.Polynomials.ERF_HIGH;
import static dev.lamina.cpu.Polynomials.ERF_SPLIT;
import static dev.lamina.cpu.Polynomials.EXPM1_LOW;
import static dev.lamina.cpu.Polynomials.EXP_HIGH;
import static dev.lamina.cpu.Polynomials.EXP_LOW;
import static dev.lamina.cpu.Polynomials.HALF_PI_0;
import static dev.lamina.cpu.Polynomials.HALF_PI_1;
import static dev.lamina.cpu.Polynomials.HALF_PI_2;
import static dev.lamina.cpu.Polynomials.L0;
import static dev.lamina.cpu.Polynomials.L1;
import static dev.lamina.cpu.Polynomials.L2;
import static dev.lamina.cpu.Polynomials.L3;
import static dev.lamina.cpu.Polynomials.L4;
import static dev.lamina.cpu.Polynomials.L5;
import static dev.lamina.cpu.Polynomials.L6;
import static dev.lamina.cpu.Polynomials.L7;
import static dev.lamina.cpu.Polynomials.L8;
import static dev.lamina.cpu.Polynomials.LIFT;
import static dev.lamina.cpu.Polynomials.LN2_HIGH;
import static dev.lamina.cpu.Polynomials.LN2_LOW;
import static dev.lamina.cpu.Polynomials.LOG2E;
import static dev.lamina.cpu.Polynomials.MAGIC;
import static dev.lamina.cpu.Polynomials.MAGIC_BITS;
import static dev.lamina.cpu.Polynomials.P0;
import static dev.lamina.cpu.Polynomials.P1;
import static dev.lamina.cpu.Polynomials.P2;
import static dev.lamina.cpu.Polynomials.P3;
import static dev.lamina.cpu.Polynomials.P4;
import static dev.lamina.cpu.Polynomials.P5;
import static dev.lamina.cpu.Polynomials.Q0;
import static dev.lamina.cpu.Polynomials.Q1;
import static dev.lamina.cpu.Polynomials.Q2;
import static dev.lamina.cpu.Polynomials.Q3;
import static dev.lamina.cpu.Polynomials.Q4;
import static dev.lamina.cpu.Polynomials.Q5;
import static dev.lamina.cpu.Polynomials.Q6;
import static dev.lamina.cpu.Polynomials.Q7;
import static dev.lamina.cpu.Polynomials.Q8;
import static dev.lamina.cpu.Polynomials.S0;
import static dev.lamina.cpu.Polynomials.S1;
import static dev.lamina.cpu.Polynomials.S2;
import static dev.lamina.cpu.Polynomials.SIGN_BIT;
import static dev.lamina.cpu.Polynomials.SQRT_HALF_BITS;
import static dev.lamina.cpu.Polynomials.TANH_HIGH;
import static dev.lamina.cpu.Polynomials.TWO_OVER_PI;
import static dev.lamina.cpu.Polynomials.WHOLE;

/// The functions of [VectorExp], [VectorLog], [VectorCircle] and [VectorRound] for one number, with the same
/// steps.
///
/// Plain `a * b + c` throughout: `Math.fma` without the instruction goes through `BigDecimal`.
final class ScalarMath {
    private ScalarMath() {}

    private static float withSignOf(float x, float magnitude) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | Float.floatToRawIntBits(x) & SIGN_BIT);
    }

    private static float powerOfTwo(int n) {
        return Float.intBitsToFloat(n + 127 << 23);
    }

    /// `(exp(r) - 1 - r) / r^2`
    private static float expTail(float r) {
        return ((((E0 * r + E1) * r + E2) * r + E3) * r + E4) * r + E5;
    }

    static float exp(float x) {
        x = x > EXP_HIGH ? EXP_HIGH : x;
        x = x < EXP_LOW ? EXP_LOW : x;
        float shifted = x * LOG2E + MAGIC;
        float n = shifted - MAGIC;
        float r = x - n * LN2_HIGH - n * LN2_LOW;
        float y = expTail(r) * (r * r) + r + 1f;
        int whole = Float.floatToRawIntBits(shifted) - MAGIC_BITS;
        int half = whole >> 1;
        return y * powerOfTwo(half) * powerOfTwo(whole - half);
    }

    static float expm1(float x) {
        return withSignOf(x, expm1Core(x));
    }

    private static float expm1Core(float x) {
        x = x > EXP_HIGH ? EXP_HIGH : x;
        x = x < EXPM1_LOW ? EXPM1_LOW : x;
        float shifted = x * LOG2E + MAGIC;
        float n = shifted - MAGIC;
        float r = x - n * LN2_HIGH - n * LN2_LOW;
        float y = expTail(r) * (r * r) + r;
        float half = powerOfTwo(Float.floatToRawIntBits(shifted) - MAGIC_BITS - 1);
        return (half * y + (half - 0.5f)) * 2f;
    }

    static float tanh(float x) {
        float size = Math.abs(x);
        float t = expm1Core((size > TANH_HIGH ? TANH_HIGH : size) * 2f);
        return withSignOf(x, t / (t + 2f));
    }

    static float log(float x) {
        if (!(x >= 0f)) {
            return Float.NaN;
        }
        if (x == 0f) {
            return Float.NEGATIVE_INFINITY;
        }
        if (x == Float.POSITIVE_INFINITY) {
            return x;
        }
        boolean small = x < Float.MIN_NORMAL;
        int bits = Float.floatToRawIntBits(small ? x * LIFT : x);
        int whole = bits - SQRT_HALF_BITS >> 23;
        float f = Float.intBitsToFloat(bits - (whole << 23)) - 1f;
        float e = whole + (small ? -23f : 0f);
        float z = f * f;
        float y = (((((((L0 * f + L1) * f + L2) * f + L3) * f + L4) * f + L5) * f + L6) * f + L7) * f + L8;
        y = y * f * z;
        y = e * LN2_LOW + y;
        y = z * -0.5f + y;
        return e * LN2_HIGH + (f + y);
    }

    static float log1p(float x) {
        float u = 1f + x;
        float log = log(u);
        if (u == 0f || u == Float.POSITIVE_INFINITY) {
            return log;
        }
        return x == 0f ? x : log - (u - 1f - x) / u;
    }

    static float erf(float x) {
        float t = Math.abs(x);
        if (t > ERF_SPLIT) {
            t = t > ERF_HIGH ? ERF_HIGH : t;
            float q = (((Q0 * t + Q1) * t + Q2) * t + Q3) * t + Q4;
            q = (((q * t + Q5) * t + Q6) * t + Q7) * t + Q8;
            q *= q;
            return withSignOf(x, 1f - q * q);
        }
        float s = x * x;
        return (((((P0 * s + P1) * s + P2) * s + P3) * s + P4) * s + P5) * x + x;
    }

    static float sin(float x) {
        if (x == 0f) {
            return x;
        }
        return Math.abs(x) <= CIRCLE ? circle(x, 0) : (float) Math.sin(x);
    }

    static float cos(float x) {
        return Math.abs(x) <= CIRCLE ? circle(x, 1) : (float) Math.cos(x);
    }

    /// `sin(x + quarter * pi / 2)`
    private static float circle(float x, int quarter) {
        float shifted = x * TWO_OVER_PI + MAGIC;
        float n = shifted - MAGIC;
        float r = x - n * HALF_PI_0 - n * HALF_PI_1 - n * HALF_PI_2;
        int turn = Float.floatToRawIntBits(shifted) - MAGIC_BITS + quarter;
        float z = r * r;
        float sine = ((S0 * z + S1) * z + S2) * z * r + r;
        float cosine = ((C0 * z + C1) * z + C2) * z * z + (z * -0.5f + 1f);
        float y = (turn & 1) == 0 ? sine : cosine;
        return Float.intBitsToFloat(Float.floatToRawIntBits(y) ^ (turn & 2) << 30);
    }

    /// As [VectorPower] has it: products where the exponent is 2, 3 or -1.
    static float pow(float x, float y) {
        return y == 2f ? x * x : y == 3f ? x * x * x : y == -1f ? 1f / x : (float) Math.pow(x, y);
    }

    static float sign(float x) {
        return x > 0f ? 1f : x < 0f ? -1f : x;
    }

    static float round(float x) {
        float size = Math.abs(x);
        return size < WHOLE ? withSignOf(x, size + WHOLE - WHOLE) : x;
    }

    static float floor(float x) {
        float r = round(x);
        return r > x ? r - 1f : r;
    }

    static float ceil(float x) {
        float r = round(x);
        return r < x ? withSignOf(x, r + 1f) : r;
    }
}
