package dev.lamina.kernels.ptx;

import dev.lamina.kernels.Walk;
import dev.lamina.kernels.Walk.Step;
import java.util.HashMap;
import java.util.Map;

/// The addresses of the elements that belong to one index of the walk. Coordinates and element numbers are
/// computed once for all tensors.
final class Addresses {
    private final Walk.Structure structure;
    private final Map<String, String> arguments;
    private final int bytes;
    private final Code code;
    private final String[] coordinates;
    private final Map<String, String> sums = new HashMap<>();

    /// @param arguments registers of the kernel's parameters by their names
    /// @param index the register with the index, 0 up to the number of elements
    Addresses(Walk.Structure structure, Map<String, String> arguments, int bytes, Code code, String index) {
        this.structure = structure;
        this.arguments = arguments;
        this.bytes = bytes;
        this.code = code;
        coordinates = new String[structure.rank()];
        String left = index;
        for (int a = structure.rank() - 1; a > 0; a--) {
            String size = arguments.get("d" + a);
            String product = code.set("r", "mul.hi.u32", left, arguments.get("m" + a));
            String quotient = code.set("r", "shr.u32", product, arguments.get("h" + a));
            String whole = code.set("r", "mul.lo.s32", quotient, size);
            coordinates[a] = code.set("r", "sub.s32", left, whole);
            left = quotient;
        }
        coordinates[0] = left;
    }

    /// The address of the element of `tensor`.
    ///
    /// @param base the register with the address of the tensor's first element
    String of(int tensor, String base) {
        String element = null;
        for (int a = 0; a < structure.rank(); a++) {
            Step step = structure.steps().get(tensor).get(a);
            if (step == Step.NONE) continue;
            String c = coordinates[a];
            String stride = step == Step.ONE ? null : arguments.get("s" + tensor + "_" + a);
            String sum = element;
            element = sums.computeIfAbsent(sum + " + " + c + " * " + stride, key -> plus(sum, c, stride));
        }
        return element == null ? base : code.set("rd", "mad.wide.s32", element, Integer.toString(bytes), base);
    }

    private String plus(String sum, String coordinate, String stride) {
        if (stride == null) return sum == null ? coordinate : code.set("r", "add.s32", sum, coordinate);
        return sum == null
                ? code.set("r", "mul.lo.s32", coordinate, stride)
                : code.set("r", "mad.lo.s32", coordinate, stride, sum);
    }
}
