package dev.lamina.kernels.ptx;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Puts the instructions of mathematical functions into a kernel, so that it stays one piece without calls:
/// a call in PTX has a stack and fixed registers, and hides the function from the scheduler.
final class Maths {
    private static final class Shipped {
        static final MathText TEXT = MathText.shipped();
    }

    private final Supplier<MathText> text;
    private final Map<String, String> tables = new TreeMap<>();

    Maths() {
        this(() -> Shipped.TEXT);
    }

    /// @param text asked for when the first function is called: most kernels call none
    Maths(Supplier<MathText> text) {
        this.text = text;
    }

    /// Computes `function` here; returns the register of its result.
    ///
    /// @param function such as `exp_f32`
    String call(Code code, String function, String... arguments) {
        return new Inlined(this, code, arguments).print(function).get("0");
    }

    MathText text() {
        return text.get();
    }

    /// Notes that the kernel needs a table of `math.ptx`.
    void needs(String name, String declaration) {
        tables.put(name, declaration);
    }

    /// What stands before the kernel.
    String tables() {
        var s = new StringBuilder();
        tables.values().forEach(t -> s.append(t).append('\n'));
        return s.toString();
    }
}
