package dev.lamina.testing;

import static dev.lamina.DType.F64;

import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.testing.Evaluation.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Central differences on the reference in f64. A derivative along a random direction of signs covers every
/// element at the price of two evaluations; when it disagrees, the elements are tried one by one to name the
/// first bad one.
///
/// The step is a power of two, so that casts of inputs with few binary digits are exact.
final class FiniteDifferences {
    private static final double STEP = 0x1p-17;
    private static final double TOLERANCE = 2e-6;

    private final OpCase c;
    private final Device device;

    FiniteDifferences(OpCase c, Device device) {
        this.c = c;
        this.device = device;
    }

    void gradient() {
        check("gradient", new Evaluation(c, device, F64).gradient(), Evaluation::loss, 2);
    }

    void secondGradient() {
        check("second gradient", new Evaluation(c, device, F64).secondGradient(), Evaluation::projectedGradient, 1);
    }

    private void check(String check, List<Array> gradient, ToDoubleFunction<Evaluation> f, int directions) {
        int[] of = c.differentiable();
        for (int d = 0; d < directions; d++) {
            var rng = new Rng(c.seed() + 0x100 + d);
            var direction = new ArrayList<double[]>();
            double derivative = 0;
            double magnitude = 0;
            for (Array g : gradient) {
                double[] s = new double[g.values().length];
                for (int i = 0; i < s.length; i++) {
                    s[i] = rng.nextInt(2) == 0 ? 1 : -1;
                    derivative += s[i] * g.values()[i];
                    magnitude += Math.abs(g.values()[i]);
                }
                direction.add(s);
            }
            double difference = difference(f, of, direction);
            if (!(Math.abs(difference - derivative) <= TOLERANCE * (1 + magnitude)))
                throw new AssertionError(firstBad(check, gradient, f, of, difference, derivative));
        }
    }

    private double difference(ToDoubleFunction<Evaluation> f, int[] of, List<double[]> direction) {
        return (at(f, of, direction, STEP) - at(f, of, direction, -STEP)) / (2 * STEP);
    }

    private double at(ToDoubleFunction<Evaluation> f, int[] of, List<double[]> direction, double step) {
        var values = new ArrayList<>(c.values());
        for (int k = 0; k < of.length; k++) {
            double[] v = values.get(of[k]).clone();
            for (int i = 0; i < v.length; i++) v[i] += step * direction.get(k)[i];
            values.set(of[k], v);
        }
        return f.applyAsDouble(new Evaluation(c, device, F64, values));
    }

    private String firstBad(
            String check,
            List<Array> gradient,
            ToDoubleFunction<Evaluation> f,
            int[] of,
            double difference,
            double derivative) {
        for (int k = 0; k < of.length; k++) {
            double[] g = gradient.get(k).values();
            for (int i = 0; i < g.length; i++) {
                var direction = new ArrayList<double[]>();
                for (Array a : gradient) direction.add(new double[a.values().length]);
                direction.get(k)[i] = 1;
                double d = difference(f, of, direction);
                if (!(Math.abs(d - g[i]) <= TOLERANCE * (1 + Math.abs(g[i]))))
                    return c + " / " + check + ": input " + of[k] + " element "
                            + Arrays.toString(
                                    Cells.coordinates(i, gradient.get(k).spec().shape()))
                            + ": finite difference " + d + ", got " + g[i] + ", tolerance "
                            + TOLERANCE * (1 + Math.abs(g[i])) + ", seed " + c.seed();
            }
        }
        return c + " / " + check + ": along random signs: finite difference " + difference + ", got " + derivative
                + ", seed " + c.seed();
    }
}
