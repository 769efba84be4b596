package dev.lamina.cuda;

import dev.lamina.DType;
import dev.lamina.kernels.MapProgram;
import dev.lamina.kernels.Walk.Step;
import dev.lamina.kernels.Walk.Structure;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// Elementwise programs that between them have every function, type and structure.
final class Maps {
    private static final Expr X = Expr.in(0);
    private static final Expr Y = Expr.in(1);
    private static final List<Step> FLAT = List.of(Step.ONE);
    private static final List<Step> ROW = List.of(Step.ARGUMENT, Step.ONE);
    private static final List<Step> SHARED = List.of(Step.ARGUMENT, Step.NONE);
    private static final List<Step> STRIDED = Collections.nCopies(4, Step.ARGUMENT);

    private Maps() {}

    static Stream<MapProgram> all() {
        return Stream.of(unary(), binary(), others()).flatMap(s -> s);
    }

    private static Stream<MapProgram> unary() {
        return Stream.of(Expr.UnaryFn.values()).flatMap(fn -> {
            var f = Elementwise.update(fn.name(), 1, List.of(new Expr.Unary(fn, X)));
            var programs = new ArrayList<MapProgram>();
            programs.add(program(f, DType.F32, true, FLAT, FLAT));
            programs.add(program(f, DType.F64, false, FLAT, FLAT));
            if (fn.integral()) programs.add(program(f, DType.I32, false, STRIDED, STRIDED));
            return programs.stream();
        });
    }

    private static Stream<MapProgram> binary() {
        return Stream.of(Expr.BinaryFn.values()).flatMap(fn -> {
            var f = Elementwise.update(fn.name(), 2, List.of(new Expr.Binary(fn, X, Y)));
            var programs = new ArrayList<MapProgram>();
            programs.add(program(f, DType.F32, true, ROW, ROW, SHARED));
            programs.add(program(f, DType.F64, false, STRIDED, STRIDED, STRIDED));
            if (fn.integral()) {
                programs.add(program(f, DType.I32, false, FLAT, FLAT, List.of(Step.NONE)));
                programs.add(program(f, DType.U8, false, FLAT, FLAT, FLAT));
            }
            return programs.stream();
        });
    }

    private static Stream<MapProgram> others() {
        var where = Elementwise.update("where", 3, List.of(X.where(Y, Expr.in(2))));
        var fill = Elementwise.update("fill", 0, List.of(Expr.scalar(0)));
        // An update in place: several outputs, scalars, everything in one kernel.
        Expr g = Y.add(X.mul(Expr.scalar(1)));
        Expr m = Expr.in(2).mul(Expr.scalar(2)).add(g.mul(Expr.of(1).sub(Expr.scalar(2))));
        Expr v = Expr.in(3).mul(0.999).add(g.mul(g).mul(0.001));
        var adam = Elementwise.update(
                "adam", 4, List.of(X.sub(Expr.scalar(0).mul(m).div(v.sqrt().add(1e-8))), m, v));
        Expr gelu = X.mul(X.mul(Math.sqrt(0.5)).erf().add(1)).mul(0.5);
        var curve = Elementwise.of("gelu", 1, gelu).gradient(0);
        return Stream.of(
                program(where, DType.F32, true, FLAT, FLAT, FLAT, FLAT),
                program(where, DType.I32, false, FLAT, FLAT, FLAT, FLAT),
                program(fill, DType.F32, true, FLAT),
                program(fill, DType.U8, false, STRIDED),
                program(adam, DType.F32, true, FLAT, FLAT, FLAT, FLAT, FLAT),
                program(adam, DType.F64, false, FLAT, FLAT, FLAT, FLAT, FLAT),
                program(curve, DType.F32, true, FLAT, FLAT, FLAT),
                program(curve, DType.F32, false, STRIDED, STRIDED, STRIDED));
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    static MapProgram program(Elementwise f, DType t, boolean vector, List<Step>... steps) {
        return new MapProgram(f, t, new Structure(List.of(steps), steps[0].size()), vector);
    }
}
