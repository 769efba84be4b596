package dev.lamina.kernels.ptx;

import dev.lamina.DType;
import dev.lamina.kernels.MapProgram;
import dev.lamina.kernels.Walk.Step;
import dev.lamina.kernels.Walk.Structure;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Functions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// Programs to print: functions of the library along walks of several structures.
public final class Programs {
    /// How tensors are walked.
    public enum Shape {
        /// All contiguous.
        FLAT,
        /// The last input is the same along rows.
        ROWS,
        /// The last input is one row for all.
        COLUMNS,
        /// Three axes, every stride an argument.
        STRIDED,
        /// The last input is a single element.
        SINGLE
    }

    private Programs() {}

    /// The program of `f` along walks of one shape.
    public static MapProgram of(Elementwise f, DType t, Shape shape, boolean vector) {
        int tensors = 1
                + (int) java.util.stream.IntStream.range(0, f.arity())
                        .filter(j -> f.outputs().stream().anyMatch(e -> e.uses(j)))
                        .count();
        List<Step> all = switch (shape) {
            case FLAT, SINGLE -> List.of(Step.ONE);
            case ROWS, COLUMNS -> List.of(Step.ARGUMENT, Step.ONE);
            case STRIDED -> Collections.nCopies(3, Step.ARGUMENT);
        };
        List<Step> last = switch (shape) {
            case FLAT, STRIDED -> all;
            case ROWS -> List.of(Step.ARGUMENT, Step.NONE);
            case COLUMNS -> List.of(Step.NONE, Step.ONE);
            case SINGLE -> List.of(Step.NONE);
        };
        var steps = new ArrayList<>(Collections.nCopies(tensors, all));
        if (tensors > 1) steps.set(tensors - 1, last);
        return new MapProgram(f, t, new Structure(steps, all.size()), vector);
    }

    /// Every function of the library for every type and shape that it has.
    public static Stream<MapProgram> all() {
        return Functions.ALL.stream()
                .flatMap(f -> Stream.of(DType.values())
                        .filter(t -> t.floating() || f.integral())
                        .flatMap(t -> Stream.of(Shape.values()).flatMap(s -> forms(f, t, s))));
    }

    private static Stream<MapProgram> forms(Elementwise f, DType t, Shape s) {
        var plain = of(f, t, s, false);
        return t == DType.F32 && s != Shape.STRIDED ? Stream.of(plain, of(f, t, s, true)) : Stream.of(plain);
    }
}
