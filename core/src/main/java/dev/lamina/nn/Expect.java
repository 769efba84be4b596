package dev.lamina.nn;

import dev.lamina.DTypeException;
import dev.lamina.LaminaException;
import dev.lamina.Parameter;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;

/// Checks of arguments and inputs, in a layer's own words.
final class Expect {
    private Expect() {}

    static int positive(String layer, String what, int value) {
        if (value < 1) throw new ShapeException(layer + ": " + what + " must be positive, got " + value);
        return value;
    }

    /// @param what the condition in words, such as `momentum must be in [0, 1]`
    static double that(boolean holds, String layer, String what, double value) {
        if (!holds) throw new LaminaException(layer + ": " + what + ", got " + value);
        return value;
    }

    /// @param layout the expected shape as shown to the user, such as `[n, 3, h, w]`
    static void shape(boolean fits, String layer, String layout, Tensor x) {
        if (!fits) throw new ShapeException(layer + ": expected " + layout + ", got " + x.shape());
    }

    /// Images `[n, channels, h, w]`; says so if the channels come last.
    static void image(String layer, int channels, Tensor x) {
        var s = x.shape();
        if (s.rank() == 4 && s.dim(1) == channels) return;
        String hint = "";
        if (s.rank() == 4 && s.dim(3) == channels) hint = "; channels come first: use permute(0, 3, 1, 2)";
        if (s.rank() == 3) hint = "; add an axis with unsqueeze(" + (s.dim(0) == channels ? 0 : 1) + ")";
        throw new ShapeException(layer + ": expected [n, " + channels + ", h, w], got " + s + hint);
    }

    static void image(String layer, Tensor x) {
        shape(x.shape().rank() == 4, layer, "[n, c, h, w]", x);
    }

    /// The input computes in the type of the weights.
    static void type(String layer, Tensor x, Parameter weight) {
        var t = weight.value().dtype();
        if (x.dtype() != t)
            throw new DTypeException(layer + ": the input is " + x.spec() + " and the weights are " + t
                    + "; convert it with cast(DType." + t.name() + ")");
    }
}
