package dev.lamina.testing;

import static dev.lamina.testing.Values.between;
import static dev.lamina.testing.Values.given;
import static dev.lamina.testing.Values.halves;
import static dev.lamina.testing.Values.offKinks;
import static dev.lamina.testing.Values.offSteps;
import static dev.lamina.testing.Values.whole;

import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Functions;
import dev.lamina.op.Pointwise;
import dev.lamina.testing.OpCase.Trait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Every function of the library, broadcasting, and sizes around those of vectors and blocks.
final class PointwiseCases {
    private static final int[] SIZES = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 257, 1030, 4099};
    private static final Elementwise GEOMETRIC_MEAN =
            Elementwise.of("own_function", 2, Expr.in(0).mul(Expr.in(1)).sqrt());

    private PointwiseCases() {}

    /// What a function is applied to: values of each input, and its scalars.
    private record Domain(List<Values> inputs, List<Double> scalars, int constant) {
        static Domain of(Values... inputs) {
            return new Domain(List.of(inputs), List.of(), -1);
        }

        Domain scalars(Double... s) {
            return new Domain(inputs, List.of(s), constant);
        }
    }

    static List<OpCase> all() {
        var all = new ArrayList<OpCase>();
        for (Elementwise f : Functions.ALL) all.add(library(f, domain(f)));
        all.addAll(integers());
        all.addAll(sizes());
        all.addAll(broadcasts());
        all.addAll(difficult());
        return all;
    }

    private static OpCase library(Elementwise f, Domain d) {
        var in = new Input[f.arity()];
        for (int i = 0; i < in.length; i++) in[i] = Input.real(d.inputs.get(i), 5, 3);
        OpCase c = OpCase.of(label(f), new Pointwise(f, d.scalars), in);
        return d.constant < 0 ? c : c.constant(d.constant);
    }

    /// The name, with the scalar variant told apart.
    private static String label(Elementwise f) {
        return f.scalars() > 0 ? f.name() + "_scalar" : f.name();
    }

    private static final Values ANY = between(-2, 2);
    private static final Values POSITIVE = between(0.2, 3);
    private static final Values NONZERO = offKinks(-2, 2, 0);
    private static final Map<Elementwise, Domain> DOMAINS = new IdentityHashMap<>();

    static {
        Domain compared = Domain.of(halves(0), halves(0.25));
        for (var f : List.of(
                Functions.MAX,
                Functions.MIN,
                Functions.LT,
                Functions.LE,
                Functions.GT,
                Functions.GE,
                Functions.EQ,
                Functions.NE)) DOMAINS.put(f, compared);
        Domain comparedToHalf = Domain.of(offKinks(-2, 2, 0.5)).scalars(0.5);
        for (var f : List.of(
                Functions.MAX_SCALAR,
                Functions.MIN_SCALAR,
                Functions.LT_SCALAR,
                Functions.LE_SCALAR,
                Functions.GT_SCALAR,
                Functions.GE_SCALAR,
                Functions.EQ_SCALAR,
                Functions.NE_SCALAR)) DOMAINS.put(f, comparedToHalf);
        for (var f : List.of(Functions.LOG, Functions.SQRT, Functions.RSQRT)) DOMAINS.put(f, Domain.of(POSITIVE));
        for (var f : List.of(Functions.ABS, Functions.SIGN, Functions.RELU, Functions.SELU, Functions.SOFTSIGN))
            DOMAINS.put(f, Domain.of(NONZERO));
        for (var f : List.of(Functions.ADD_SCALAR, Functions.MUL_SCALAR, Functions.SCALAR_SUB, Functions.DIV_SCALAR))
            DOMAINS.put(f, Domain.of(ANY).scalars(-1.5));
        for (var f : List.of(Functions.LEAKY_RELU, Functions.ELU, Functions.CELU))
            DOMAINS.put(f, Domain.of(NONZERO).scalars(0.75));
        for (var f : List.of(Functions.HARD_SIGMOID, Functions.HARD_SWISH))
            DOMAINS.put(f, Domain.of(offKinks(-5, 5, -3, 3)));
        for (var f : List.of(Functions.FLOOR, Functions.CEIL)) DOMAINS.put(f, Domain.of(offSteps(-3, 3, 0)));
        DOMAINS.put(Functions.ROUND, Domain.of(offSteps(-3, 3, 0.5)));
        DOMAINS.put(Functions.RELU6, Domain.of(offKinks(-8, 8, 0, 6)));
        DOMAINS.put(Functions.CLAMP, Domain.of(offKinks(-2, 2, -0.5, 1.25)).scalars(-0.5, 1.25));
        DOMAINS.put(Functions.LOG1P, Domain.of(between(-0.7, 2)));
        DOMAINS.put(Functions.DIV, Domain.of(ANY, NONZERO));
        DOMAINS.put(Functions.SCALAR_DIV, Domain.of(NONZERO).scalars(1.5));
        DOMAINS.put(Functions.POW, Domain.of(POSITIVE, ANY));
        DOMAINS.put(Functions.POW_SCALAR, Domain.of(ANY).scalars(3.0));
        DOMAINS.put(Functions.PRELU, Domain.of(NONZERO, ANY));
        DOMAINS.put(Functions.WHERE, new Domain(List.of(whole(0, 2), ANY, ANY), List.of(), 0));
    }

    private static Domain domain(Elementwise f) {
        return DOMAINS.getOrDefault(
                f, Domain.of(Collections.nCopies(f.arity(), ANY).toArray(Values[]::new)));
    }

    /// Every function that is defined for i32, with many equal values; quotients of both signs.
    private static List<OpCase> integers() {
        var all = new ArrayList<OpCase>();
        for (Elementwise f : Functions.ALL) {
            if (!f.integral()) continue;
            var scalars = List.of(-2.0, 3.0).subList(0, f.scalars());
            boolean divides = f == Functions.DIV || f == Functions.SCALAR_DIV;
            var in = new Input[f.arity()];
            for (int i = 0; i < in.length; i++)
                in[i] = Input.ints(divides && i == in.length - 1 ? given(3, -3, 2, -2, 1, -1, 5) : whole(-4, 4), 7);
            all.add(OpCase.of(label(f) + " of i32", new Pointwise(f, scalars), in)
                    .with(Trait.EXACT));
        }
        return all;
    }

    private static List<OpCase> sizes() {
        var all = new ArrayList<OpCase>();
        for (int n : SIZES) {
            all.add(OpCase.of("gelu of " + n, new Pointwise(Functions.GELU), Input.real(n)));
            all.add(OpCase.of("mul of " + n, new Pointwise(Functions.MUL), Input.real(n), Input.real(n)));
        }
        all.add(OpCase.of("gelu of nothing", new Pointwise(Functions.GELU), Input.real(0)));
        all.add(OpCase.of("gelu of a scalar", new Pointwise(Functions.GELU), Input.real()));
        all.add(OpCase.of("gelu of rank 5", new Pointwise(Functions.GELU), Input.real(2, 1, 3, 2, 2)));
        return all;
    }

    private static final int[][][] PAIRS = {
        {{5, 7}, {7}},
        {{7}, {5, 7}},
        {{5, 7}, {5, 1}},
        {{5, 1}, {5, 7}},
        {{5, 1}, {1, 7}},
        {{1, 7}, {5, 1}},
        {{1}, {9}},
        {{9}, {1}},
        {{}, {3, 3}},
        {{3, 3}, {}},
        {{}, {}},
        {{1}, {}},
        {{2, 3, 4, 5}, {1, 3, 4, 5}},
        {{2, 3, 4, 5}, {2, 1, 4, 5}},
        {{2, 3, 4, 5}, {2, 3, 1, 5}},
        {{2, 3, 4, 5}, {2, 3, 4, 1}},
        {{1, 3, 4, 5}, {2, 3, 4, 5}},
        {{2, 1, 4, 5}, {2, 3, 4, 5}},
        {{2, 3, 1, 5}, {2, 3, 4, 5}},
        {{2, 3, 4, 1}, {2, 3, 4, 5}},
        {{2, 3, 1, 1}, {1, 1, 4, 5}},
        {{2, 1, 3, 1, 2}, {1, 2, 1, 3, 1}},
        {{0, 3}, {3}},
        {{0, 3}, {1, 3}},
        {{3}, {0, 3}},
        {{0}, {1}},
        {{1030}, {1}},
        {{33, 31}, {31}},
        {{33, 31}, {33, 1}},
        {{4, 257}, {4, 1}},
    };

    private static List<OpCase> broadcasts() {
        var all = new ArrayList<OpCase>();
        for (int[][] p : PAIRS)
            all.add(OpCase.of("sub broadcast", new Pointwise(Functions.SUB), Input.real(p[0]), Input.real(p[1])));
        for (int[][] p : List.of(PAIRS[2], PAIRS[4], PAIRS[17]))
            all.add(OpCase.of(
                    "div broadcast", new Pointwise(Functions.DIV), Input.real(p[0]), Input.real(NONZERO, p[1])));
        var affine = new Pointwise(Functions.MUL_ADD);
        all.add(OpCase.of(
                "mul_add by channel", affine, Input.real(2, 3, 4, 5), Input.real(3, 1, 1), Input.real(3, 1, 1)));
        all.add(OpCase.of("mul_add broadcast", affine, Input.real(2, 1, 4), Input.real(3, 1), Input.real(4)));
        var where = new Pointwise(Functions.WHERE);
        all.add(OpCase.of("where broadcast", where, Input.real(whole(0, 2), 3, 1), Input.real(4), Input.real(2, 1, 1))
                .constant(0));
        all.add(OpCase.of(
                        "where of i32",
                        where,
                        Input.ints(whole(0, 2), 3, 1),
                        Input.ints(whole(-9, 9), 4),
                        Input.ints(whole(-9, 9)))
                .with(Trait.EXACT));
        all.add(OpCase.of(
                        "add of i32 broadcast",
                        new Pointwise(Functions.ADD),
                        Input.ints(whole(-9, 9), 3, 1, 2),
                        Input.ints(whole(-9, 9), 5, 1))
                .with(Trait.EXACT));
        return all;
    }

    /// A function of the user's, ties, and arguments at which a careless formula is wrong.
    private static List<OpCase> difficult() {
        var all = new ArrayList<OpCase>();
        all.add(OpCase.of(
                "own function", new Pointwise(GEOMETRIC_MEAN), Input.real(POSITIVE, 9), Input.real(POSITIVE, 9)));
        for (var f : List.of(
                Functions.MAX,
                Functions.MIN,
                Functions.LT,
                Functions.LE,
                Functions.GT,
                Functions.GE,
                Functions.EQ,
                Functions.NE))
            all.add(OpCase.of(
                            f.name() + " of equals",
                            new Pointwise(f),
                            Input.real(whole(-1, 2), 17),
                            Input.real(whole(-1, 2), 17))
                    .with(Trait.EXACT, Trait.KINK));
        Values tiny = given(1e-3, -1e-3, 1e-5, -1e-5, 3e-7, -3e-7, 1e-10, -1e-10);
        for (var f : List.of(
                Functions.EXPM1,
                Functions.LOG1P,
                Functions.SIN,
                Functions.TANH,
                Functions.ERF,
                Functions.GELU,
                Functions.SILU))
            all.add(OpCase.of(f.name() + " of tiny", new Pointwise(f), Input.real(tiny, 8))
                    .tolerance(1e-5, 1e-12));
        // exp alone overflows binary32 at 89, so a sigmoid or its gradient made of it can give NaN here.
        Values far = given(-1000, -120, -90, -40, -21, 21, 40, 90, 120, 1000);
        for (var f : List.of(
                Functions.SIGMOID,
                Functions.SILU,
                Functions.SOFTPLUS,
                Functions.MISH,
                Functions.TANH,
                Functions.GELU,
                Functions.GELU_TANH,
                Functions.ERF,
                Functions.SELU,
                Functions.HARD_SWISH,
                Functions.SOFTSIGN)) all.add(OpCase.of(f.name() + " far out", new Pointwise(f), Input.real(far, 10)));
        all.add(OpCase.of("sin of large", new Pointwise(Functions.SIN), Input.real(between(-300, 300), 33)));
        all.add(OpCase.of("cos of large", new Pointwise(Functions.COS), Input.real(between(-300, 300), 33)));
        all.add(OpCase.of("exp wide", new Pointwise(Functions.EXP), Input.real(between(-85, 85), 65))
                .tolerance(2e-5, 1e-30));
        all.add(OpCase.of(
                        "round half to even",
                        new Pointwise(Functions.ROUND),
                        Input.real(given(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.49, -3.51), 8))
                .with(Trait.EXACT, Trait.KINK));
        all.add(OpCase.of(
                        "pow of zero and negatives",
                        new Pointwise(Functions.POW),
                        Input.real(given(0, 0, 0, -2, -2, -1.5, 1, 4), 8),
                        Input.real(given(0, 1, 3, 3, 2, -1, 0.5, 0.5), 8))
                .with(Trait.KINK)
                .constant(1));
        all.add(OpCase.of(
                "pow_scalar square",
                new Pointwise(Functions.POW_SCALAR, List.of(2.0)),
                Input.real(given(-3, -1, 0, 0.5, 2), 5)));
        all.add(OpCase.of(
                "pow_scalar root", new Pointwise(Functions.POW_SCALAR, List.of(0.5)), Input.real(POSITIVE, 9)));
        return all;
    }
}
