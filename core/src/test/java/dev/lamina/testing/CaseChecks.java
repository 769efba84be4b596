package dev.lamina.testing;

import static dev.lamina.DType.F32;
import static dev.lamina.DType.F64;

import dev.lamina.Device;
import dev.lamina.Spec;
import dev.lamina.testing.Comparison.Tolerance;
import dev.lamina.testing.Evaluation.Array;
import dev.lamina.testing.OpCase.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The checks of one case on a device. What is right is computed by the reference in f64 from the same numbers.
final class CaseChecks {
    private static final double F64_RTOL = 1e-11;
    private static final double GRADIENT_RTOL = 5e-5;
    private static final double SECOND_RTOL = 3e-4;
    /// Second gradients are compared on small cases only: they add nothing about sizes, and they take long.
    private static final int SMALL = 64;

    private final Device device;
    private final Device reference = Reference.device();

    CaseChecks(Device device) {
        this.device = device;
    }

    void forward(OpCase c) {
        var got = new Evaluation(c, device, F32).forward();
        new Comparison(c, "forward").equal(expected(c), got, tolerance(c, c.rtol()));
    }

    /// The same in f64, where the tolerance leaves room for no formula of single precision.
    void forwardF64(OpCase c) {
        var got = new Evaluation(c, device, F64).forward();
        new Comparison(c, "forward in f64").equal(expected(c), got, tolerance(c, F64_RTOL));
    }

    static boolean hasF64(OpCase c) {
        boolean floating = c.in().stream().anyMatch(i -> i.dtype().floating());
        return !c.is(Trait.FIXED_TYPES) && (floating || c.in().isEmpty());
    }

    private List<Array> expected(OpCase c) {
        return new Evaluation(c, reference, F64).forward();
    }

    private Tolerance tolerance(OpCase c, double rtol) {
        if (c.is(Trait.EXACT)) return Comparison.exact();
        if (c.is(Trait.MULTILINEAR)) return Comparison.conditioned(rtol, magnitudes(c, c.values()));
        return Comparison.relative(rtol, c.scale());
    }

    /// The op applied to absolute values: the sum of the magnitudes of the terms.
    private List<Array> magnitudes(OpCase c, List<double[]> values) {
        var absolute = new ArrayList<double[]>();
        for (int i = 0; i < values.size(); i++) {
            double[] v = values.get(i).clone();
            if (c.in().get(i).dtype().floating()) for (int j = 0; j < v.length; j++) v[j] = Math.abs(v[j]);
            absolute.add(v);
        }
        return new Evaluation(c, reference, F64, absolute).forward();
    }

    static boolean hasGradient(OpCase c) {
        return c.differentiable().length > 0 && floatingOutput(c);
    }

    private static boolean floatingOutput(OpCase c) {
        return c.op() == null
                || c
                        .op()
                        .apply(F32)
                        .infer(c.in().stream()
                                .map(i -> new Spec(i.shape(), i.dtype()))
                                .toList())
                        .stream()
                        .anyMatch(s -> s.dtype().floating());
    }

    void gradient(OpCase c) {
        var expected = new Evaluation(c, reference, F64).gradient();
        var got = new Evaluation(c, device, F32).gradient();
        double rtol = Math.max(GRADIENT_RTOL, c.rtol());
        new Comparison(c, "gradient").equal(expected, got, Comparison.ofLargest(rtol, expected));
    }

    static boolean hasSecondGradient(OpCase c) {
        return hasGradient(c) && c.elements() <= SMALL && !c.is(Trait.KINK);
    }

    void secondGradient(OpCase c) {
        var expected = new Evaluation(c, reference, F64).secondGradient();
        var got = new Evaluation(c, device, F32).secondGradient();
        double rtol = Math.max(SECOND_RTOL, c.rtol());
        new Comparison(c, "second gradient").equal(expected, got, Comparison.ofLargest(rtol, expected));
    }

    /// Two runs give the same bits, forward and gradient.
    void deterministic(OpCase c) {
        var once = new Evaluation(c, device, F32);
        if (!Array.identical(once.forward(), once.forward()))
            throw new AssertionError(c + " / determinism: two runs differ, seed " + c.seed());
        if (hasGradient(c) && !Array.identical(once.gradient(), once.gradient()))
            throw new AssertionError(c + " / determinism: two runs of the gradient differ, seed " + c.seed());
    }

    /// What is put into the inputs, one kind a run.
    private static final List<double[]> SPECIAL = List.of(
            new double[] {Double.NaN},
            new double[] {Double.POSITIVE_INFINITY},
            new double[] {Double.NEGATIVE_INFINITY},
            new double[] {-0.0, 1e-40f});

    static boolean takesNonFinite(OpCase c) {
        return c.op() != null && !c.is(Trait.FIXED_TYPES) && !touched(c).isEmpty();
    }

    private static List<Integer> touched(OpCase c) {
        return IntStream.range(0, c.in().size())
                .filter(i -> c.in().get(i).dtype().floating()
                        && c.in().get(i).size() > 0
                        && !c.finite().contains(i))
                .boxed()
                .toList();
    }

    /// NaN, infinities, -0 and a denormal number: the result is NaN or infinite exactly where the reference's
    /// is.
    void nonFinite(OpCase c) {
        for (double[] special : SPECIAL)
            for (int input : touched(c)) {
                var values = new ArrayList<>(c.values());
                values.set(input, salted(values.get(input), special));
                var expected = new Evaluation(c, reference, F32, values).forward();
                var got = new Evaluation(c, device, F32, values).forward();
                String check = special[0] + " in input " + input;
                new Comparison(c, check).equal(expected, got, lenient(c, values));
            }
    }

    private static double[] salted(double[] values, double[] special) {
        double[] v = values.clone();
        v[v.length / 3] = special[0];
        v[v.length - 1] = special[special.length - 1];
        return v;
    }

    private Tolerance lenient(OpCase c, List<double[]> values) {
        if (c.is(Trait.EXACT)) return Comparison.exact();
        if (c.is(Trait.MULTILINEAR)) return Comparison.conditioned(10 * c.rtol(), magnitudes(c, values));
        return Comparison.relative(10 * c.rtol(), c.scale());
    }
}
