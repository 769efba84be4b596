package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Elementwise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Runs an elementwise function along a walk: one kernel per function, element type and structure of the walk.
/// Tensor 0 of the walk is what is written, the others are the inputs that the function uses.
final class MapKernel {
    private static final int VECTOR = 4;

    private final Launcher launcher;
    private final Map<Elementwise, int[]> used = new ConcurrentHashMap<>();

    MapKernel(Launcher launcher) {
        this.launcher = launcher;
    }

    /// The inputs that occur in `f`, ascending: the only ones to be read.
    int[] used(Elementwise f) {
        return used.computeIfAbsent(f, MapProgram::used);
    }

    /// @param in the used inputs
    /// @param n elements of the walk
    void run(Elementwise f, List<Double> scalars, Walk walk, int n, List<View> in, List<View> out) {
        DType t = out.getFirst().dtype();
        boolean vector = t == DType.F32 && n >= VECTOR && walk.vectors(VECTOR) && aligned(in) && aligned(out);
        var program = new MapProgram(f, t, walk.structure(), vector);
        var args = new ArrayList<Object>();
        for (View v : out) tensor(v, args);
        for (View v : in) tensor(v, args);
        for (int s = 0; s < f.scalars(); s++) args.add(scalar(scalars.get(s), t));
        args.add(n);
        walk.arguments(args);
        walk.divisors(args);
        launcher.overElements(program, vector ? (n + VECTOR - 1) / VECTOR : n, args.toArray());
    }

    private static boolean aligned(List<View> views) {
        return views.stream().allMatch(v -> v.offset() % VECTOR == 0);
    }

    static void tensor(View v, List<Object> args) {
        args.add(v.memory());
        args.add(Launcher.at(v));
    }

    /// A kernel argument of the type in which elements of type `t` are computed.
    static Object scalar(double v, DType t) {
        return switch (t) {
            case F32 -> (float) v;
            case F64 -> v;
            case I32, U8 -> (int) v;
        };
    }
}
