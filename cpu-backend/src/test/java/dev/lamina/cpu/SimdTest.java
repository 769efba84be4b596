package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class SimdTest {
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        0.5f,
        -0.5f,
        1.5f,
        2.5f,
        -2.5f,
        0.7f,
        -0.7f,
        3f,
        -3f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        1e-20f,
        -1e-20f,
        8388607.5f,
        -8388607.5f,
        8388609f,
        1e10f,
        -1e10f,
        88.7f,
        88.73f,
        89.5f,
        -87.4f,
        -103f,
        -103.9f,
        -104.1f,
        1e-8f,
        -1e-8f,
        0.92773f,
        0.9278f,
        9f,
        10.5f,
        9000f,
        -9000f,
        0.70710677f,
        1.4142135f,
    };

    /// Largest error in units of the last place of the exact value, and the step in bits at which floats are
    /// tried.
    private static double worst(Simd simd, UnaryFn f, DoubleUnaryOperator exact, float low, float high) {
        double worst = 0;
        int n = 1000;
        var x = new float[n];
        var y = new float[n];
        int filled = 0;
        for (int bits = 0; bits >= 0 && bits < 0x7f800000; bits += 1511) {
            float positive = Float.intBitsToFloat(bits);
            for (float value : new float[] {positive, -positive}) {
                if (value < low || value > high) {
                    continue;
                }
                x[filled++] = value;
                if (filled == n) {
                    filled = 0;
                    simd.unary(f, n, x, 0, y, 0);
                    for (int i = 0; i < n; i++) {
                        double expected = exact.applyAsDouble(x[i]);
                        if (Math.abs(expected) < Float.MAX_VALUE) {
                            worst = Math.max(worst, Math.abs(y[i] - expected) / Math.ulp((float) expected));
                        }
                    }
                }
            }
        }
        return worst;
    }

    private static void sweep(UnaryFn f, DoubleUnaryOperator exact, float low, float high, double ulp) {
        for (var simd : Simds.all()) {
            double worst = worst(simd, f, exact, low, high);
            assertTrue(worst <= ulp, () -> simd.getClass().getSimpleName() + " " + f + ": " + worst + " ulp");
        }
    }

    @Test
    void polynomialsAreWithinAFewUnitsOfTheLastPlace() {
        sweep(UnaryFn.EXP, Math::exp, -110, 89, 2);
        sweep(UnaryFn.EXPM1, Math::expm1, -110, 89, 3);
        sweep(UnaryFn.LOG, Math::log, 0, Float.MAX_VALUE, 2);
        sweep(UnaryFn.LOG1P, Math::log1p, -1, Float.MAX_VALUE, 3);
        sweep(UnaryFn.TANH, Math::tanh, -50, 50, 4);
        sweep(UnaryFn.ERF, SimdTest::erf, -10, 10, 2.2);
        sweep(UnaryFn.SQRT, Math::sqrt, 0, Float.MAX_VALUE, 0.5);
        sweep(UnaryFn.RSQRT, v -> 1 / Math.sqrt(v), Float.MIN_NORMAL, Float.MAX_VALUE, 1.5);
        sweep(UnaryFn.SIN, Math::sin, -3, 3, 2);
        sweep(UnaryFn.COS, Math::cos, -1.5f, 1.5f, 2);
    }

    /// The series near zero, the continued fraction of erfc beyond.
    private static double erf(double x) {
        double size = Math.abs(x);
        double result;
        if (size < 3) {
            double term = size;
            double sum = size;
            for (int n = 1; n < 120; n++) {
                term *= -size * size / n;
                sum += term / (2 * n + 1);
            }
            result = sum * 2 / Math.sqrt(Math.PI);
        } else {
            double fraction = 0;
            for (int n = 60; n > 0; n--) {
                fraction = n / 2.0 / (size + fraction);
            }
            result = 1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction);
        }
        return Math.copySign(result, x);
    }

    @Test
    void sineAndCosineOfLargeArguments() {
        for (var simd : Simds.all()) {
            for (float scale : new float[] {10, 100, 8000, 1e5f, 1e20f}) {
                var x = Simds.random(1003, 7);
                for (int i = 0; i < x.length; i++) {
                    x[i] *= scale;
                }
                var y = new float[x.length];
                simd.unary(UnaryFn.SIN, x.length, x, 0, y, 0);
                for (int i = 0; i < x.length; i++) {
                    assertEquals(Math.sin(x[i]), y[i], 1.5e-7, "sin " + x[i]);
                }
                simd.unary(UnaryFn.COS, x.length, x, 0, y, 0);
                for (int i = 0; i < x.length; i++) {
                    assertEquals(Math.cos(x[i]), y[i], 1.5e-7, "cos " + x[i]);
                }
            }
        }
    }

    private static double unary(UnaryFn f, double x) {
        return switch (f) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case EXPM1 -> Math.expm1(x);
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TANH -> Math.tanh(x);
            case ERF -> erf(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
        };
    }

    @Test
    void unaryOnSpecialValuesAnyLengthAndInPlace() {
        for (var simd : Simds.all()) {
            for (var f : UnaryFn.values()) {
                for (int n = 0; n <= SPECIAL.length; n++) {
                    var y = new float[n + 4];
                    System.arraycopy(SPECIAL, 0, y, 2, n);
                    simd.unary(f, n, y, 2, y, 2);
                    assertEquals(0f, y[1]);
                    assertEquals(0f, y[n + 2]);
                    for (int i = 0; i < n; i++) {
                        float expected = (float) unary(f, SPECIAL[i]);
                        String what = simd.getClass().getSimpleName() + " " + f + " of " + SPECIAL[i];
                        if (Float.isNaN(expected) || Float.isInfinite(expected) || expected == 0f) {
                            assertEquals(expected, y[i + 2], what);
                        } else {
                            assertEquals(expected, y[i + 2], Math.max(3e-7 * Math.abs(expected), 3e-45), what);
                        }
                    }
                }
            }
        }
    }

    private static float binary(BinaryFn f, float x, float y) {
        return switch (f) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case POW -> (float) Math.pow(x, y);
            case MAX -> Math.max(x, y);
            case MIN -> Math.min(x, y);
            case LT -> x < y ? 1f : 0f;
            case LE -> x <= y ? 1f : 0f;
            case GT -> x > y ? 1f : 0f;
            case GE -> x >= y ? 1f : 0f;
            case EQ -> x == y ? 1f : 0f;
            case NE -> x != y ? 1f : 0f;
        };
    }

    @Test
    void binaryOnAllPairsOfSpecialValuesInThreeForms() {
        int n = SPECIAL.length;
        for (var simd : Simds.all()) {
            for (var f : BinaryFn.values()) {
                for (float s : SPECIAL) {
                    var splat = new float[n];
                    Arrays.fill(splat, s);
                    var both = new float[n];
                    var right = new float[n];
                    var left = new float[n];
                    simd.binary(f, n, SPECIAL, 0, splat, 0, both, 0);
                    simd.binary(f, n, SPECIAL, 0, s, right, 0);
                    simd.binary(f, n, s, SPECIAL, 0, left, 0);
                    for (int i = 0; i < n; i++) {
                        String what = simd.getClass().getSimpleName() + " " + f + " " + SPECIAL[i] + ", " + s;
                        close(binary(f, SPECIAL[i], s), both[i], what);
                        close(binary(f, SPECIAL[i], s), right[i], what);
                        close(binary(f, s, SPECIAL[i]), left[i], what);
                    }
                }
            }
        }
    }

    private static void close(float expected, float got, String what) {
        if (Float.isFinite(expected) && Float.isFinite(got)) {
            assertEquals(expected, got, Math.max(5e-7f * Math.abs(expected), 3e-45f), what);
        } else {
            assertEquals(expected, got, what);
        }
    }

    @Test
    void rangesOfAnyLength() {
        var x = Simds.random(300, 1);
        var y = Simds.random(300, 2);
        for (var simd : Simds.all()) {
            for (int n = 0; n < 200; n++) {
                double dot = 0;
                double sum = 0;
                float max = Float.NEGATIVE_INFINITY;
                float min = Float.POSITIVE_INFINITY;
                var axpy = y.clone();
                var where = new float[n];
                for (int i = 0; i < n; i++) {
                    dot += (double) x[i + 3] * y[i + 5];
                    sum += x[i + 3];
                    max = Math.max(max, x[i + 3]);
                    min = Math.min(min, x[i + 3]);
                }
                assertEquals(dot, simd.dot(n, x, 3, y, 5), 1e-5);
                assertEquals(sum, simd.sum(n, x, 3), 1e-5);
                assertEquals(max, simd.max(n, x, 3));
                assertEquals(min, simd.min(n, x, 3));
                simd.axpy(n, 0.5f, x, 3, axpy, 5);
                var cond = x.clone();
                for (int i = 0; i < cond.length; i += 2) {
                    cond[i] = i % 4 == 0 ? 0f : Float.NaN;
                }
                simd.where(n, cond, 3, x, 4, y, 5, where, 0);
                for (int i = 0; i < 300; i++) {
                    boolean inside = i >= 5 && i < 5 + n;
                    assertEquals(inside ? y[i] + 0.5f * x[i - 2] : y[i], axpy[i], 1e-6f);
                }
                for (int i = 0; i < n; i++) {
                    assertEquals(cond[i + 3] != 0f ? x[i + 4] : y[i + 5], where[i]);
                }
            }
        }
    }

    @Test
    void withoutTheModuleThePlainLoopsRunAndTheLogNamesTheFlag() throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(where(Simd.class) + File.pathSeparator + where(SimdTest.class));
        command.add(Fallback.class.getName());
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), output);
        assertTrue(output.contains("ScalarSimd 19.0"), output);
        assertEquals(1, output.split("--add-modules jdk.incubator.vector", -1).length - 1, output);
        assertFalse(output.contains("Exception"), output);
    }

    private static String where(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /// Run in a JVM of its own, started without the module.
    static final class Fallback {
        private Fallback() {}

        public static void main(String[] args) {
            var simd = Simd.best();
            try (var workers = new Workers(2)) {
                var c = new float[4];
                var a = new Matrix(new float[] {1, 2, 3, 4}, 0, 2);
                new Gemm(Simd.best(), workers)
                        .multiply(2, 2, 2, a, new Matrix(new float[] {5, 6, 7, 8}, 0, 2), new Matrix(c, 0, 2), false);
                System.out.println(simd.getClass().getSimpleName() + " " + c[0]);
            }
        }
    }
}
