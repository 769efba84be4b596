package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Elementwise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// Runs an elementwise function along a walk: one kernel per function, element type and structure of the walk.
/// Tensor 0 of the walk is what is written, the others are the inputs that the function uses.
final class MapKernel {
    private static final int VECTOR = 4;

    private record Key(Elementwise f, DType dtype, Walk.Structure structure, boolean vector) {}

    private final Launcher launcher;
    private final Map<Key, KernelText> texts = new ConcurrentHashMap<>();
    private final Map<Elementwise, int[]> used = new ConcurrentHashMap<>();

    MapKernel(Launcher launcher) {
        this.launcher = launcher;
    }

    /// The inputs that occur in `f`, ascending: the only ones to be read.
    int[] used(Elementwise f) {
        return used.computeIfAbsent(
                f,
                g -> IntStream.range(0, g.arity())
                        .filter(j -> g.outputs().stream().anyMatch(e -> e.uses(j)))
                        .toArray());
    }

    /// @param in the used inputs
    /// @param n elements of the walk
    void run(Elementwise f, List<Double> scalars, Walk walk, int n, List<View> in, List<View> out) {
        DType t = out.getFirst().dtype();
        boolean vector = t == DType.F32 && n >= VECTOR && walk.vectors(VECTOR) && aligned(in) && aligned(out);
        KernelText text = texts.computeIfAbsent(new Key(f, t, walk.structure(), vector), this::text);
        var args = new ArrayList<Object>();
        for (View v : out) tensor(v, args);
        for (View v : in) tensor(v, args);
        for (int s = 0; s < f.scalars(); s++) args.add(scalar(scalars.get(s), t));
        args.add(n);
        walk.arguments(args);
        launcher.overElements(text, vector ? (n + VECTOR - 1) / VECTOR : n, args.toArray());
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

    private KernelText text(Key k) {
        String entry = "map_" + k.f.name().replaceAll("\\W", "_");
        var s = new StringBuilder("// ").append(entry).append(": each output element from the inputs at its place. ");
        s.append(k.vector ? "An item takes 4 neighbours" : "An item takes 1 element")
                .append(" at a time;\n// bytes: every input and output once.\n");
        int[] inputs = used(k.f);
        s.append(CSource.function(k.f, k.dtype, inputs));
        s.append("KERNEL ").append(entry).append('(');
        int outputs = k.f.outputs().size();
        for (int o = 0; o < outputs; o++) s.append("GLOBAL T *y%d, int yo%d, ".formatted(o, o));
        for (int j : inputs) s.append("GLOBAL const T *p%d, int po%d, ".formatted(j, j));
        for (int i = 0; i < k.f.scalars(); i++) s.append("S s%d, ".formatted(i));
        s.append("int n").append(k.structure.parameters("")).append(") {\n");
        if (k.vector) vectorLoop(k, inputs, s);
        String start = k.vector ? "n / 4 * 4 + GLOBAL_ID" : "GLOBAL_ID";
        s.append("  for (int i = %s; i < n; i += GLOBAL_SIZE) {\n".formatted(start));
        for (int j = 0; j < inputs.length; j++)
            s.append("    const T x%d = p%d[po%d + %s];\n"
                    .formatted(inputs[j], inputs[j], inputs[j], k.structure.at("", j + 1, "i")));
        results(outputs, "", s);
        call(k.f, inputs, "", j -> "", s);
        s.append("    const int o = ").append(k.structure.at("", 0, "i")).append(";\n");
        for (int o = 0; o < outputs; o++) s.append("    y%d[yo%d + o] = r%d;\n".formatted(o, o, o));
        s.append("  }\n}\n");
        String type = Launcher.c(k.dtype);
        return KernelText.generated(
                entry, entry, Map.of("T", type, "S", k.dtype == DType.U8 ? "int" : type), s.toString());
    }

    private static void vectorLoop(Key k, int[] inputs, StringBuilder s) {
        int outputs = k.f.outputs().size();
        s.append("  for (int v = GLOBAL_ID; v < n / 4; v += GLOBAL_SIZE) {\n    const int i = 4 * v;\n");
        boolean[] constant = new boolean[k.f.arity()];
        for (int j = 0; j < inputs.length; j++) {
            int x = inputs[j];
            constant[x] = k.structure.constant(j + 1);
            String at = k.structure.at("", j + 1, "i");
            s.append((constant[x]
                            ? "    const T x%d = p%d[po%d + %s];\n"
                            : "    const float4 x%d = LOAD4(p%d + po%d + %s);\n")
                    .formatted(x, x, x, at));
        }
        for (char lane : new char[] {'x', 'y', 'z', 'w'}) {
            results(outputs, "_" + lane, s);
            call(k.f, inputs, "_" + lane, j -> constant[j] ? "" : "." + lane, s);
        }
        s.append("    const int o = ").append(k.structure.at("", 0, "i")).append(";\n");
        for (int o = 0; o < outputs; o++)
            s.append("    STORE4(MAKE4(r%1$d_x, r%1$d_y, r%1$d_z, r%1$d_w), y%1$d + yo%1$d + o);\n".formatted(o));
        s.append("  }\n");
    }

    private static void results(int outputs, String lane, StringBuilder s) {
        s.append("    T ");
        for (int o = 0; o < outputs; o++)
            s.append(o > 0 ? ", r" : "r").append(o).append(lane);
        s.append(";\n");
    }

    private static void call(
            Elementwise f,
            int[] inputs,
            String lane,
            java.util.function.IntFunction<String> component,
            StringBuilder s) {
        var args = new ArrayList<String>();
        Arrays.stream(inputs).forEach(j -> args.add("x" + j + component.apply(j)));
        for (int i = 0; i < f.scalars(); i++) args.add("s" + i);
        for (int o = 0; o < f.outputs().size(); o++) args.add("&r" + o + lane);
        s.append("    f(").append(String.join(", ", args)).append(");\n");
    }
}
