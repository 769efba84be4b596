package dev.lamina.nn;

import dev.lamina.Tensor;
import java.util.function.UnaryOperator;

/// How a part of a Transformer block joins the stream x: `norm(x + part(x))` after it (Vaswani et al., 2017), or
/// `x + part(norm(x))` before it (Xiong et al., "On layer normalization in the Transformer architecture", 2020).
///
/// @param dropout of what the part gives
record Sublayer(boolean normFirst, double dropout) {
    Tensor apply(Tensor x, String name, Layer norm, UnaryOperator<Tensor> part) {
        var drop = new Dropout(dropout);
        if (normFirst) return x.add(drop.apply(part.apply(Layer.call(name, norm, x))));
        return Layer.call(name, norm, x.add(drop.apply(part.apply(x))));
    }

    Sublayer first() {
        return new Sublayer(true, dropout);
    }

    Sublayer dropout(double p) {
        Expect.that(p >= 0 && p < 1, "transformer layer", "dropout must be in [0, 1)", p);
        return new Sublayer(normFirst, p);
    }
}
