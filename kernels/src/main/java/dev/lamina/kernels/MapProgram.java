package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.op.Elementwise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The kernel of an elementwise function along a walk. Tensor 0 of the walk is what is written, the others
/// are the inputs that the function uses.
///
/// Parameters: for each output its pointer and its offset in elements, the same for each used input, the scalars,
/// the number `n` of elements, then what `Walk.Structure.names` and `Walk.Structure.divisors` list.
///
/// @param f the function; its name is not part of the key
/// @param dtype type of all elements
/// @param structure what of the walk is compiled in
/// @param vector whether an item takes 4 neighbours at a time (f32 only)
public record MapProgram(Elementwise f, DType dtype, Walk.Structure structure, boolean vector) implements Program {
    /// The inputs that occur in `f`, ascending: the only ones to be read.
    static int[] used(Elementwise f) {
        return IntStream.range(0, f.arity())
                .filter(j -> f.outputs().stream().anyMatch(e -> e.uses(j)))
                .toArray();
    }

    /// The inputs that are read, ascending.
    public int[] inputs() {
        return used(f);
    }

    @Override
    public String entry() {
        return "map_" + f.name().replaceAll("\\W", "_");
    }

    /// The kernel in C.
    public KernelText text() {
        String entry = entry();
        var s = new StringBuilder("// ").append(entry).append(": each output element from the inputs at its place. ");
        s.append(vector ? "An item takes 4 neighbours" : "An item takes 1 element")
                .append(" at a time;\n// bytes: every input and output once.\n");
        int[] inputs = used(f);
        s.append(CSource.function(f, dtype, inputs));
        s.append("KERNEL ").append(entry).append('(');
        int outputs = f.outputs().size();
        for (int o = 0; o < outputs; o++) s.append("GLOBAL T *y%d, int yo%d, ".formatted(o, o));
        for (int j : inputs) s.append("GLOBAL const T *p%d, int po%d, ".formatted(j, j));
        for (int i = 0; i < f.scalars(); i++) s.append("S s%d, ".formatted(i));
        s.append("int n").append(structure.parameters("")).append(divisors()).append(") {\n");
        if (vector) vectorLoop(inputs, s);
        String start = vector ? "n / 4 * 4 + GLOBAL_ID" : "GLOBAL_ID";
        s.append("  for (int i = %s; i < n; i += GLOBAL_SIZE) {\n".formatted(start));
        coordinates(s);
        for (int j = 0; j < inputs.length; j++)
            s.append("    const T x%d = p%d[po%d + %s];\n".formatted(inputs[j], inputs[j], inputs[j], at(j + 1)));
        results(outputs, "", s);
        call(inputs, "", j -> "", s);
        s.append("    const int o = ").append(at(0)).append(";\n");
        for (int o = 0; o < outputs; o++) s.append("    y%d[yo%d + o] = r%d;\n".formatted(o, o, o));
        s.append("  }\n}\n");
        String type = Launcher.c(dtype);
        return KernelText.generated(
                entry, entry, Map.of("T", type, "S", dtype == DType.U8 ? "int" : type), s.toString());
    }

    private void vectorLoop(int[] inputs, StringBuilder s) {
        int outputs = f.outputs().size();
        s.append("  for (int v = GLOBAL_ID; v < n / 4; v += GLOBAL_SIZE) {\n    const int i = 4 * v;\n");
        coordinates(s);
        boolean[] constant = new boolean[f.arity()];
        for (int j = 0; j < inputs.length; j++) {
            int x = inputs[j];
            constant[x] = structure.constant(j + 1);
            String at = at(j + 1);
            s.append((constant[x]
                            ? "    const T x%d = p%d[po%d + %s];\n"
                            : "    const float4 x%d = LOAD4(p%d + po%d + %s);\n")
                    .formatted(x, x, x, at));
        }
        for (char lane : new char[] {'x', 'y', 'z', 'w'}) {
            results(outputs, "_" + lane, s);
            call(inputs, "_" + lane, j -> constant[j] ? "" : "." + lane, s);
        }
        s.append("    const int o = ").append(at(0)).append(";\n");
        for (int o = 0; o < outputs; o++)
            s.append("    STORE4(MAKE4(r%1$d_x, r%1$d_y, r%1$d_z, r%1$d_w), y%1$d + yo%1$d + o);\n".formatted(o));
        s.append("  }\n");
    }

    private String divisors() {
        return structure.divisors().stream()
                .map(d -> (d.startsWith("m") ? ", uint " : ", int ") + d)
                .collect(Collectors.joining());
    }

    /// The coordinates c1, c2, ... of element i, and what is left of i above each axis.
    private void coordinates(StringBuilder s) {
        for (int a = structure.rank() - 1; a > 0; a--)
            s.append("    const int q%1$d = (int)(MUL_HI((uint)%2$s, m%1$d) >> h%1$d), c%1$d = %2$s - q%1$d * d%1$d;\n"
                    .formatted(a, above(a)));
    }

    private String above(int axis) {
        return axis == structure.rank() - 1 ? "i" : "q" + (axis + 1);
    }

    private String at(int tensor) {
        return structure.at("", tensor, a -> a == 0 ? above(0) : "c" + a);
    }

    private static void results(int outputs, String lane, StringBuilder s) {
        s.append("    T ");
        for (int o = 0; o < outputs; o++)
            s.append(o > 0 ? ", r" : "r").append(o).append(lane);
        s.append(";\n");
    }

    private void call(int[] inputs, String lane, IntFunction<String> component, StringBuilder s) {
        var args = new ArrayList<String>();
        Arrays.stream(inputs).forEach(j -> args.add("x" + j + component.apply(j)));
        for (int i = 0; i < f.scalars(); i++) args.add("s" + i);
        for (int o = 0; o < f.outputs().size(); o++) args.add("&r" + o + lane);
        s.append("    f(").append(String.join(", ", args)).append(");\n");
    }
}
