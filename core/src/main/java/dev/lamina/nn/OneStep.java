package dev.lamina.nn;

import dev.lamina.Parameter;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.op.Steps;
import java.util.SequencedMap;

/// One step of a recurrent network, for loops of your own.
record OneStep(CellKind kind, int in, int hidden, CellWeights weights) {
    static OneStep of(CellKind kind, int in, int hidden) {
        String title = kind.title() + " cell";
        Expect.positive(title, "in", in);
        Expect.positive(title, "hidden", hidden);
        return new OneStep(kind, in, hidden, CellWeights.draw(kind, in, hidden, true, null));
    }

    OneStep kind(CellKind other) {
        return new OneStep(other, in, hidden, CellWeights.draw(other, in, hidden, true, weights));
    }

    /// @param before null for zeros
    State next(Tensor x, State before) {
        String title = kind.title() + " cell";
        Expect.shape(x.shape().rank() == 2 && x.shape().dim(1) == in, title, "[batch, " + in + "]", x);
        Expect.type(title, x, weights.named().firstEntry().getValue());
        int batch = x.shape().dim(0);
        Shape h = Shape.of(batch, kind.size(hidden));
        Shape c = Shape.of(batch, hidden);
        State first = before != null ? before : new State(Stack.zeros(x, h), kind.memory() ? Stack.zeros(x, c) : null);
        check(title, "h", h, first.h());
        if (kind.memory()) check(title, "c", c, first.c());
        return weights.run(x, Steps.of(1, batch), first).last();
    }

    private static void check(String title, String what, Shape expected, Tensor got) {
        if (got == null || !got.shape().equals(expected))
            throw new ShapeException(title + ": the state " + what + " must be " + expected + ", got "
                    + (got == null ? "none" : got.shape()));
    }

    SequencedMap<String, Parameter> named() {
        return weights.named();
    }
}
