package dev.lamina.cpu;

import dev.lamina.op.Expr.UnaryFn;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes the code of a loop of a [FusedProgram]: a method of n, the arrays, their offsets and the uniform values,
/// with a local variable for each value. Comparisons stay masks while only selections use them.
final class FusedCode {
    private static final MethodType TYPE =
            MethodType.methodType(int.class, int.class, float[][].class, int[].class, float[].class);
    private static final int N = 0;
    private static final int ARRAYS = 1;
    private static final int OFFSETS = 2;
    private static final int UNIFORM = 3;

    private final CodeBuilder code;
    private final VectorCode vectors;
    private final Map<Integer, Integer> slots = new HashMap<>();
    private final Map<Integer, Integer> masks = new HashMap<>();
    private final Label stop;
    private final int i;

    private FusedCode(CodeBuilder code) {
        this.code = code;
        this.vectors = new VectorCode(code);
        this.stop = code.newLabel();
        this.i = code.allocateLocal(TypeKind.INT);
    }

    /// @see FusedProgram.Loop
    static MethodHandle make(
            List<FusedLine> lines, int[] loads, int[] uniforms, int[] stores, int[] results, int lanes) {
        return VectorCode.function(
                "Fused", TYPE, code -> new FusedCode(code).loop(lines, loads, uniforms, stores, results, lanes));
    }

    private void loop(List<FusedLine> lines, int[] loads, int[] uniforms, int[] stores, int[] results, int lanes) {
        int count = loads.length + stores.length + results.length;
        int[] arrays = new int[count];
        int[] offsets = new int[count];
        for (int k = 0; k < count; k++) {
            code.aload(ARRAYS).loadConstant(k).aaload();
            arrays[k] = vectors.keep(TypeKind.REFERENCE);
            code.aload(OFFSETS).loadConstant(k).iaload();
            offsets[k] = vectors.keep(TypeKind.INT);
        }
        for (int v : uniforms) {
            vectors.broadcast(UNIFORM, () -> code.loadConstant(-1 - v));
            slots.put(v, vectors.keep(TypeKind.REFERENCE));
        }
        Label next = code.newLabel();
        code.iconst_0().istore(i).labelBinding(next).iload(i).iload(N).if_icmpge(stop);
        for (int k = 0; k < loads.length; k++) {
            int offset = offsets[k];
            vectors.load(arrays[k], () -> code.iload(offset).iload(i).iadd());
            slots.put(loads[k], vectors.keep(TypeKind.REFERENCE));
        }
        lines.forEach(this::line);
        int k = loads.length;
        for (int[] values : List.of(stores, results))
            for (int v : values) {
                int offset = offsets[k];
                vectors.store(
                        vector(v),
                        arrays[k++],
                        () -> code.iload(offset).iload(i).iadd());
            }
        code.iinc(i, lanes).goto_(next).labelBinding(stop).iload(i).ireturn();
    }

    private void line(FusedLine line) {
        int[] x = line.operands();
        switch (line.kind()) {
            case UNARY -> unary((UnaryFn) line.fn(), vector(x[0]));
            case BINARY -> {
                int a = vector(x[0]);
                int b = vector(x[1]);
                code.aload(a).aload(b);
                vectors.binary(name(line.fn()));
            }
            case COMPARE -> {
                int a = vector(x[0]);
                int b = vector(x[1]);
                vectors.compare(a, line.fn().name(), () -> code.aload(b));
                masks.put(line.value(), vectors.keep(TypeKind.REFERENCE));
                return;
            }
            case WHERE -> {
                int yes = vector(x[1]);
                int no = vector(x[2]);
                int mask = mask(x[0]);
                code.aload(no).aload(yes).aload(mask);
                vectors.blend();
            }
            case ALONE -> throw new IllegalStateException(line + " is a step");
        }
        slots.put(line.value(), vectors.keep(TypeKind.REFERENCE));
    }

    private void unary(UnaryFn fn, int x) {
        code.aload(x);
        switch (fn) {
            case NEG, ABS, SQRT -> vectors.unary(name(fn));
            case RSQRT -> vectors.function("VectorUnary", name(fn), 1);
            case SIGN, FLOOR, CEIL, ROUND -> vectors.function("VectorRound", name(fn), 1);
            case EXPM1, TANH -> vectors.function("VectorExp", name(fn), 1);
            case EXP -> {
                vectors.test("VectorExp", "isPlain");
                code.ifeq(stop).aload(x);
                vectors.function("VectorExp", "plain", 1);
            }
            case ERF -> {
                vectors.function("VectorErf", "rest", 1);
                int rest = vectors.keep(TypeKind.REFERENCE);
                code.aload(x).aload(rest);
                vectors.function("VectorErf", "join", 2);
            }
            case SIN, COS, LOG, LOG1P -> throw new IllegalStateException(fn + " is no line");
        }
    }

    private static String name(Enum<?> fn) {
        return fn.name().toLowerCase(Locale.ROOT);
    }

    /// The variable that holds a value; a mask becomes ones and zeros.
    private int vector(int value) {
        Integer slot = slots.get(value);
        if (slot != null) return slot;
        vectors.zero();
        code.fconst_1().aload(masks.get(value));
        vectors.blendNumber();
        int made = vectors.keep(TypeKind.REFERENCE);
        slots.put(value, made);
        return made;
    }

    /// The variable that holds where a value is not 0.
    private int mask(int value) {
        Integer slot = masks.get(value);
        if (slot != null) return slot;
        vectors.compare(vector(value), "NE", vectors::zero);
        int made = vectors.keep(TypeKind.REFERENCE);
        masks.put(value, made);
        return made;
    }
}
