package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
import dev.lamina.op.Functions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Fused loops and plain ones against the steps that they stand for, bit for bit, and against [ScalarExpr].
final class FusedProgramTest {
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        0.3f,
        -2.5f,
        3f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_NORMAL,
        Float.MAX_VALUE,
        88.7f,
        -87.4f,
        -103.9f,
        1e10f,
        -9000f,
    };

    private final Simd simd = Simd.best();

    /// A function with inputs of its own, as wide as the output, one row of 5, or one element.
    private record Call(Elementwise f, List<float[]> in, List<Shape> shapes, int n, float[] scalars) {
        List<Boolean> uniform() {
            return shapes.stream().map(s -> s.size() == 1).toList();
        }

        /// @param inPlace the first output is the first input
        float[][] run(Simd simd, boolean fuse, boolean inPlace) {
            var program = BlockProgram.compile(f, uniform());
            var fused = fuse ? simd.fuse(program) : null;
            var shape = n % 5 == 0 ? Shape.of(n / 5, 5) : Shape.of(n);
            var inputs = new BlockInput[in.size()];
            for (int i = 0; i < inputs.length; i++)
                inputs[i] = BlockInput.of(new View(in.get(i).clone(), 1, new Spec(shapes.get(i), DType.F32)), shape);
            var y = new float[f.outputs().size()][];
            var out = new ArrayList<View>();
            for (int k = 0; k < y.length; k++) {
                y[k] = k == 0 && inPlace ? inputs[0].memory() : new float[n + 2];
                out.add(new View(y[k], 1, new Spec(shape, DType.F32)));
            }
            BlockRun.run(simd, program, fused, inputs, program.uniforms(inputs, scalars), out, 0, n);
            return y;
        }

        void check() {
            var simd = Simd.best();
            for (boolean inPlace : new boolean[] {false, true}) {
                if (inPlace && shapes.getFirst().size() != n) continue;
                float[][] steps = run(simd, false, inPlace);
                float[][] loops = run(simd, true, inPlace);
                same(steps, loops);
                if (BlockProgram.compile(f, uniform()).exact()) same(steps, run(new ScalarSimd(), false, inPlace));
            }
        }

        private void same(float[][] wanted, float[][] seen) {
            for (int k = 0; k < wanted.length; k++)
                for (int i = 0; i < wanted[k].length; i++)
                    assertEquals(wanted[k][i], seen[k][i], f + " output " + k + " element " + i + " of " + n);
        }
    }

    /// With one more element before and after each input.
    private static Call call(Random random, Elementwise f, int n, boolean special, boolean broadcast) {
        var in = new ArrayList<float[]>();
        var shapes = new ArrayList<Shape>();
        for (int i = 0; i < f.arity(); i++) {
            int form = broadcast ? random.nextInt(4) : 0;
            var shape = form == 1 ? Shape.of(1) : form == 2 && n % 5 == 0 ? Shape.of(5) : null;
            if (shape == null) shape = n % 5 == 0 ? Shape.of(n / 5, 5) : Shape.of(n);
            var x = new float[(int) shape.size() + 2];
            for (int k = 0; k < x.length; k++)
                x[k] = special && random.nextInt(3) == 0
                        ? SPECIAL[random.nextInt(SPECIAL.length)]
                        : (float) random.nextGaussian();
            in.add(x);
            shapes.add(shape);
        }
        var scalars = new float[f.scalars()];
        for (int i = 0; i < scalars.length; i++) scalars[i] = 0.5f + random.nextFloat();
        return new Call(f, in, shapes, n, scalars);
    }

    private static Expr random(Random random, int arity, int depth) {
        if (depth == 0 || random.nextInt(8) == 0)
            return switch (random.nextInt(8)) {
                case 0 -> Expr.of(random.nextInt(5) - 2);
                case 1 -> Expr.scalar(random.nextInt(2));
                default -> Expr.in(random.nextInt(arity));
            };
        return switch (random.nextInt(5)) {
            case 0 ->
                new Expr.Unary(
                        UnaryFn.values()[random.nextInt(UnaryFn.values().length)], random(random, arity, depth - 1));
            case 1 ->
                new Expr.Where(
                        random(random, arity, depth - 1),
                        random(random, arity, depth - 1),
                        random(random, arity, depth - 1));
            default ->
                new Expr.Binary(
                        BinaryFn.values()[random.nextInt(BinaryFn.values().length)],
                        random(random, arity, depth - 1),
                        random(random, arity, depth - 1));
        };
    }

    @Test
    void randomFunctionsOfSpecialNumbersHaveTheBitsOfTheirSteps() {
        var random = new Random(1);
        for (int trial = 0; trial < 250; trial++) {
            int arity = 1 + random.nextInt(4);
            var outputs = new ArrayList<Expr>();
            for (int k = 1 + random.nextInt(3); k > 0; k--) outputs.add(random(random, arity, 1 + random.nextInt(5)));
            var f = Elementwise.update("random", arity, outputs);
            call(random, f, 1 + random.nextInt(200), trial % 2 == 0, true).check();
        }
    }

    @Test
    void everyLength() {
        var random = new Random(2);
        for (var f : List.of(Functions.GELU, Functions.SIGMOID, Functions.MUL_ADD, Functions.MISH))
            for (int n = 1; n <= 70; n++) {
                call(random, f, n, false, false).check();
                call(random, f, n, true, true).check();
            }
        call(random, Functions.SILU, 2500, true, false).check();
        call(random, Functions.GELU, 2501, true, false).check();
    }

    @Test
    void functionsOfTheLibraryAndTheirGradients() {
        var random = new Random(3);
        for (var f : Functions.ALL) {
            var call = call(random, f, 100, false, false);
            call.check();
            for (int i = 0; i < f.arity(); i++)
                if (!f.gradients().isEmpty())
                    call(random, f.gradient(i), 100, true, false).check();
            float[] y = call.run(simd, true, false)[0];
            for (int i = 0; i < 100; i++) {
                int at = i;
                double[] x = call.in.stream().mapToDouble(a -> a[at + 1]).toArray();
                double[] scalars = new double[call.scalars.length];
                for (int k = 0; k < scalars.length; k++) scalars[k] = call.scalars[k];
                double expected = ScalarExpr.eval(f.outputs().getFirst(), x, scalars, false);
                if (Double.isNaN(expected)) assertTrue(Float.isNaN(y[i + 1]), f.name());
                else
                    assertEquals(
                            expected,
                            y[i + 1],
                            1e-5 * Math.max(1, Math.abs(expected)),
                            f + " of " + Arrays.toString(x));
            }
        }
    }

    @Test
    void oneStepOverMoreThanABlock() {
        var call = call(new Random(4), Functions.SUB, 3 * BlockRun.BLOCK + 7, true, false);
        float[] a = call.in.get(0);
        float[] b = call.in.get(1);
        float[] y = call.run(simd, false, false)[0];
        for (int i = 1; i <= call.n; i++) assertEquals(a[i] - b[i], y[i], "element " + i);
        assertEquals(0, y[0]);
        assertEquals(0, y[call.n + 1]);
    }

    /// An update in place of three tensors from four, as an optimiser's.
    @Test
    void severalOutputsInPlace() {
        Expr p = Expr.in(0);
        Expr g = Expr.in(1);
        Expr m = Expr.in(2).mul(0.9).add(g.mul(0.1));
        Expr v = Expr.in(3).mul(0.99).add(g.mul(g).mul(0.01));
        var f = Elementwise.update(
                "adam", 4, List.of(p.sub(m.div(v.abs().sqrt().add(1e-8)).mul(Expr.scalar(0))), m, v, m));
        for (int n : new int[] {16, 50, 1500})
            call(new Random(n), f, n, false, false).check();
    }

    @Test
    void longFunctionsAreCut() {
        Expr x = Expr.in(0);
        for (int i = 0; i < 30; i++)
            x = x.add(Expr.in(1).mul(i)).tanh().max(Expr.in(1).mul(-i).exp().erf());
        var f = Elementwise.update("long", 2, List.of(x));
        var program = BlockProgram.compile(f, List.of(false, false));
        assertTrue(simd.fuse(program).parts().size() > 60);
        call(new Random(5), f, 333, false, false).check();
        call(new Random(5), f, 333, true, false).check();
    }

    @Test
    void whatOneStepDoesAsWellIsNotFused() {
        assertNull(simd.fuse(BlockProgram.compile(Functions.ADD, List.of(false, false))));
        assertNull(simd.fuse(BlockProgram.compile(Functions.GELU, List.of(true))));
    }
}
