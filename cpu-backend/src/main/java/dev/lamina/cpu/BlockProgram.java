package dev.lamina.cpu;

import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Expr.Binary;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.Const;
import dev.lamina.op.Expr.In;
import dev.lamina.op.Expr.Scalar;
import dev.lamina.op.Expr.Unary;
import dev.lamina.op.Expr.UnaryFn;
import dev.lamina.op.Expr.Where;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An elementwise function as a list of instructions over blocks, which [BlockRun] carries out. Equal subexpressions
/// are computed once; what is the same for all elements (constants, scalars, inputs of one element) is computed once
/// per call.
///
/// Values are numbered: 0..inputs-1 are the inputs, later ones are results of instructions, in order.
final class BlockProgram {
    sealed interface Step {}

    record Apply1(UnaryFn fn, int x) implements Step {}

    record Apply2(BinaryFn fn, int a, int b) implements Step {}

    record Select(int condition, int yes, int no) implements Step {}

    private final List<Boolean> uniformInputs;
    private final int scalars;
    private final List<Expr> uniforms = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Expr, Integer> numbers = new HashMap<>();
    private int[] outputs;
    private int[] register;
    private int registers;

    private BlockProgram(List<Boolean> uniformInputs, int scalars) {
        this.uniformInputs = uniformInputs;
        this.scalars = scalars;
    }

    /// @param uniform which inputs have one element
    static BlockProgram compile(Elementwise f, List<Boolean> uniform) {
        var p = new BlockProgram(uniform, f.scalars());
        p.outputs = f.outputs().stream().mapToInt(p::number).toArray();
        p.assignRegisters();
        p.numbers.clear();
        return p;
    }

    /// Blocks of scratch that a run needs; the last three are for uniform operands of `Select`.
    int registers() {
        return registers;
    }

    /// The block of scratch of a value that varies.
    int register(int value) {
        return register[value];
    }

    List<Step> steps() {
        return steps;
    }

    /// The value of each output.
    int[] outputs() {
        return outputs;
    }

    /// One step, which needs no scratch.
    boolean direct() {
        return steps.size() == 1 && outputs.length == 1 && !(steps.getFirst() instanceof Select);
    }

    /// Whether every step rounds once, so that all loops for it have the same bits.
    boolean exact() {
        return steps.stream().allMatch(s -> switch (s) {
            case Apply1(var fn, var _) ->
                switch (fn) {
                    case NEG, ABS, SQRT -> true;
                    default -> false;
                };
            case Apply2(var fn, var _, var _) -> fn != BinaryFn.POW;
            case Select _ -> true;
        });
    }

    int scalars() {
        return scalars;
    }

    boolean uniformInput(int i) {
        return uniformInputs.get(i);
    }

    int inputs() {
        return uniformInputs.size();
    }

    private boolean isUniform(Expr e) {
        return switch (e) {
            case In(int i) -> uniformInputs.get(i);
            case Scalar _, Const _ -> true;
            case Unary(var _, Expr x) -> isUniform(x);
            case Binary(var _, Expr a, Expr b) -> isUniform(a) && isUniform(b);
            case Where(Expr c, Expr y, Expr n) -> isUniform(c) && isUniform(y) && isUniform(n);
        };
    }

    /// The number of a value that varies; uniform ones are counted down from -1.
    private int number(Expr e) {
        Integer known = numbers.get(e);
        if (known != null) return known;
        int n;
        if (isUniform(e)) {
            uniforms.add(e);
            n = -uniforms.size();
        } else {
            n = switch (e) {
                case In(int i) -> i;
                case Unary(UnaryFn fn, Expr x) -> step(new Apply1(fn, number(x)));
                case Binary(BinaryFn fn, Expr a, Expr b) -> step(new Apply2(fn, number(a), number(b)));
                case Where(Expr c, Expr y, Expr no) -> step(new Select(number(c), number(y), number(no)));
                case Scalar _, Const _ -> throw new IllegalStateException("a constant is uniform");
            };
        }
        numbers.put(e, n);
        return n;
    }

    private int step(Step s) {
        steps.add(s);
        return inputs() + steps.size() - 1;
    }

    /// Every varying value gets a block of scratch; a block is free again after the last use of its value.
    /// Inputs get one too, for the case that they broadcast, and uniform operands of `Select` are spread over a
    /// block.
    private void assignRegisters() {
        int values = inputs() + steps.size();
        int[] lastUse = new int[values];
        java.util.Arrays.fill(lastUse, -1);
        for (int s = 0; s < steps.size(); s++)
            for (int operand : operands(steps.get(s))) if (operand >= 0) lastUse[operand] = s;
        for (int out : outputs) if (out >= 0) lastUse[out] = Integer.MAX_VALUE;
        register = new int[values];
        registers = inputs();
        for (int i = 0; i < inputs(); i++) register[i] = i;
        var free = new ArrayList<Integer>();
        for (int s = 0; s < steps.size(); s++) {
            for (int operand : operands(steps.get(s)))
                if (operand >= inputs() && lastUse[operand] == s && !free.contains(register[operand]))
                    free.add(register[operand]);
            register[inputs() + s] = free.isEmpty() ? registers++ : free.removeLast();
        }
        registers += 3;
    }

    static int[] operands(Step s) {
        return switch (s) {
            case Apply1(var _, int x) -> new int[] {x};
            case Apply2(var _, int a, int b) -> new int[] {a, b};
            case Select(int c, int y, int n) -> new int[] {c, y, n};
        };
    }

    /// The values that do not vary, in the order of their numbers.
    float[] uniforms(BlockInput[] inputs, float[] scalars) {
        double[] x = new double[inputs.length];
        double[] s = new double[scalars.length];
        for (int i = 0; i < x.length; i++)
            if (uniformInputs.get(i)) x[i] = inputs[i].memory()[inputs[i].offset()];
        for (int i = 0; i < s.length; i++) s[i] = scalars[i];
        float[] values = new float[uniforms.size()];
        for (int i = 0; i < values.length; i++) values[i] = (float) ScalarExpr.eval(uniforms.get(i), x, s, false);
        return values;
    }
}
