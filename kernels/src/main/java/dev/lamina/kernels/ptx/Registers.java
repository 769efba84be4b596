package dev.lamina.kernels.ptx;

import java.util.Map;
import java.util.TreeMap;

/// The virtual registers and labels of one kernel; none is ever used for a second value.
final class Registers {
    private static final Map<String, String> TYPES =
            new TreeMap<>(Map.of("p", ".pred", "r", ".b32", "rd", ".b64", "f", ".f32", "fd", ".f64"));

    private final Map<String, Integer> used = new TreeMap<>();
    private int labels;

    /// A new register.
    ///
    /// @param kind `p` predicate, `r` 32 bits, `rd` 64 bits, `f` f32, `fd` f64
    String next(String kind) {
        return "%" + kind + used.merge(kind, 1, Integer::sum);
    }

    /// A label that no other part of the kernel has.
    String label() {
        return "$L" + ++labels;
    }

    /// The declarations of all that was handed out.
    String declarations() {
        var s = new StringBuilder();
        TYPES.forEach((kind, type) -> {
            Integer n = used.get(kind);
            if (n != null) s.append("\t.reg " + type + " \t%" + kind + "<" + (n + 1) + ">;\n");
        });
        return s.toString();
    }
}
