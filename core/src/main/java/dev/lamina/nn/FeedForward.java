package dev.lamina.nn;

import dev.lamina.Tensor;
import java.util.SequencedMap;

/// The two dense layers of a Transformer block, `linear2(activation(linear1(x)))`, which stand in its layer under
/// PyTorch's names.
record FeedForward(Dense linear1, Layer activation, double dropout, Dense linear2) {
    FeedForward(int width, int hidden) {
        this(new Dense(width, hidden), Activations.relu(), 0, new Dense(hidden, width));
    }

    FeedForward activation(Layer other) {
        return new FeedForward(linear1, other, dropout, linear2);
    }

    FeedForward dropout(double p) {
        return new FeedForward(linear1, activation, p, linear2);
    }

    Tensor apply(Tensor x) {
        Tensor hidden = activation instanceof Activation a && Sequential.joins(linear1, a)
                ? Calls.joined("linear1", linear1, a, x)
                : activation.apply(Layer.call("linear1", linear1, x));
        return Layer.call("linear2", linear2, new Dropout(dropout).apply(hidden));
    }

    void children(SequencedMap<String, Layer> to) {
        to.put("linear1", linear1);
        to.put("linear2", linear2);
    }
}
