package dev.lamina.cuda;

import static dev.lamina.DType.F32;
import static dev.lamina.DType.F64;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Expr.Binary;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.Unary;
import dev.lamina.op.Expr.UnaryFn;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What the printed kernels compute, function by function: at zeros, infinities, NaN, denormal numbers,
/// where functions overflow, and at random arguments of every size. Errors are in units in the last place
/// of the exact result.
class ElementwiseAccuracyTest {
    private static final double[] EDGES = {
        0,
        -0.0,
        1,
        -1,
        0.5,
        -0.5,
        2,
        -2,
        3,
        -3,
        2.5,
        -2.5,
        3.5,
        0.1,
        0.6,
        -0.6,
        9.0,
        9.1,
        19.1,
        88.7,
        88.8,
        -87,
        -103.9,
        -104,
        709.7,
        709.8,
        -745,
        -746,
        Math.PI,
        Math.PI / 2,
        Math.PI / 4,
        104999,
        105001,
        999999,
        1000001,
        16777216,
        1e10,
        -1e22,
        1e30,
        1e-8,
        -1e-8,
        -0.99999994,
        1e-40,
        -1e-40,
        Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN
    };
    private static final int SAMPLES = 6000;

    private static Device device;

    @BeforeAll
    static void open() {
        device = Cudasim.device();
    }

    /// The largest error allowed. In f64 the expected value itself is only Java's, off by up to 1, or 9 for
    /// erf.
    private static double bound(UnaryFn fn, DType t) {
        return switch (fn) {
            case NEG, ABS, SIGN, FLOOR, CEIL, ROUND -> 0;
            case SQRT -> 0.5;
            case LOG, LOG1P -> t == F32 ? 1 : 2;
            case EXP, EXPM1, RSQRT, SIN, COS, TANH -> 2;
            case ERF -> t == F32 ? 2 : 10;
        };
    }

    private static double bound(BinaryFn fn) {
        return switch (fn) {
            case ADD, SUB, MUL, DIV -> 0.5;
            case POW -> 2;
            case MAX, MIN, LT, LE, GT, GE, EQ, NE -> 0;
        };
    }

    private static DoubleUnaryOperator exact(UnaryFn fn) {
        return switch (fn) {
            case NEG -> x -> -x;
            case ABS -> Math::abs;
            case SIGN -> x -> x == 0 ? 0 : Math.signum(x);
            case EXP -> Math::exp;
            case LOG -> Math::log;
            case LOG1P -> Math::log1p;
            case EXPM1 -> Math::expm1;
            case SQRT -> Math::sqrt;
            case RSQRT -> x -> 1 / Math.sqrt(x);
            case SIN -> Math::sin;
            case COS -> Math::cos;
            case TANH -> Math::tanh;
            case ERF -> ElementwiseAccuracyTest::erf;
            case FLOOR -> Math::floor;
            case CEIL -> Math::ceil;
            case ROUND -> Math::rint;
        };
    }

    /// As C has it: Java's pow of 1 and NaN, and of -1 and infinity, is NaN.
    private static DoubleBinaryOperator exact(BinaryFn fn) {
        return switch (fn) {
            case ADD -> (a, b) -> a + b;
            case SUB -> (a, b) -> a - b;
            case MUL -> (a, b) -> a * b;
            case DIV -> (a, b) -> a / b;
            case POW -> (a, b) -> a == 1 || a == -1 && Double.isInfinite(b) ? 1 : Math.pow(a, b);
            case MAX -> (a, b) -> a != a || a > b ? a : b;
            case MIN -> (a, b) -> a != a || a < b ? a : b;
            case LT -> (a, b) -> a < b ? 1 : 0;
            case LE -> (a, b) -> a <= b ? 1 : 0;
            case GT -> (a, b) -> a > b ? 1 : 0;
            case GE -> (a, b) -> a >= b ? 1 : 0;
            case EQ -> (a, b) -> a == b ? 1 : 0;
            case NE -> (a, b) -> a != b ? 1 : 0;
        };
    }

    /// Abramowitz and Stegun 7.1.6, and 7.1.14 for large arguments: to about 1e-15.
    private static double erf(double x) {
        double z = Math.abs(x);
        if (!(z <= 6)) return Double.isNaN(x) ? x : Math.signum(x);
        double scale = Math.exp(-z * z) / Math.sqrt(Math.PI);
        if (z < 3) {
            double term = x;
            double sum = x;
            for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) sum += term *= 2 * z * z / (2 * n + 1);
            return 2 * scale * sum;
        }
        double fraction = z;
        for (int n = 60; n >= 1; n--) fraction = z + n / 2.0 / fraction;
        return Math.signum(x) * (1 - scale / fraction);
    }

    private static double random(Random r, int i) {
        return switch (i % 4) {
            case 0 -> r.nextGaussian();
            case 1 -> r.nextGaussian() * 30;
            case 2 -> Math.scalb(r.nextDouble(-1, 1), r.nextInt(-20, 20));
            default -> Float.intBitsToFloat(r.nextInt());
        };
    }

    private static double rounded(double v, DType t) {
        return t == F32 ? (float) v : v;
    }

    @TestFactory
    Stream<DynamicTest> unary() {
        return Stream.of(UnaryFn.values())
                .map(fn -> DynamicTest.dynamicTest(fn.name(), () -> {
                    for (DType t : new DType[] {F32, F64}) unary(fn, t);
                }));
    }

    private static void unary(UnaryFn fn, DType t) {
        var random = new Random(fn.ordinal());
        var x = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) x[i] = rounded(i < EDGES.length ? EDGES[i] : random(random, i), t);
        var f = Elementwise.of("one", 1, new Unary(fn, Expr.in(0)));
        double[] got = run(f, t, x);
        for (int i = 0; i < SAMPLES; i++) {
            int at = i;
            check(exact(fn).applyAsDouble(x[i]), got[i], t, bound(fn, t), () -> fn + " " + t + " of " + x[at]);
        }
    }

    @TestFactory
    Stream<DynamicTest> binary() {
        return Stream.of(BinaryFn.values())
                .map(fn -> DynamicTest.dynamicTest(fn.name(), () -> {
                    for (DType t : new DType[] {F32, F64}) binary(fn, t);
                }));
    }

    private static void binary(BinaryFn fn, DType t) {
        var random = new Random(fn.ordinal());
        int n = EDGES.length;
        var a = new double[SAMPLES];
        var b = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            boolean edge = i < n * n;
            a[i] = rounded(edge ? EDGES[i / n] : Math.exp(4 * random.nextGaussian()) * (i % 5 == 0 ? -1 : 1), t);
            b[i] = rounded(edge ? EDGES[i % n] : 10 * random.nextGaussian(), t);
            if (!edge && i % 5 == 0) b[i] = Math.rint(b[i]); // negative numbers have whole powers
        }
        var f = Elementwise.of("two", 2, new Binary(fn, Expr.in(0), Expr.in(1)));
        double[] got = run(f, t, a, b);
        for (int i = 0; i < SAMPLES; i++) {
            int at = i;
            double expected = exact(fn).applyAsDouble(a[i], b[i]);
            check(expected, got[i], t, bound(fn), () -> fn + " " + t + " of " + a[at] + ", " + b[at]);
        }
    }

    private static double[] run(Elementwise f, DType t, double[]... x) {
        var y = new double[1][];
        Scope.run(() -> device.with(() -> {
            var in = new Tensor[x.length];
            for (int j = 0; j < x.length; j++) in[j] = t == F32 ? Tensor.of(floats(x[j])) : Tensor.of(x[j]);
            y[0] = Tensor.map(f, in).toDoubles();
        }));
        return y[0];
    }

    private static float[] floats(double[] v) {
        var f = new float[v.length];
        for (int i = 0; i < f.length; i++) f[i] = (float) v[i];
        return f;
    }

    /// Zeros with their sign, infinities and NaN are to be met exactly, all else within `bound`.
    private static void check(double expected, double got, DType t, double bound, Supplier<String> of) {
        double nearest = rounded(expected, t);
        if (expected == 0 || !Double.isFinite(nearest) || !Double.isFinite(got)) {
            assertTrue(Double.compare(nearest, got) == 0, () -> of.get() + " is " + got + ", not " + nearest);
            return;
        }
        double unit = t == F32 ? Math.ulp((float) expected) : Math.ulp(expected);
        double error = Math.abs(got - expected) / unit;
        assertTrue(error <= bound, () -> of.get() + " is " + got + ", not " + expected + ": off by " + error);
    }
}
