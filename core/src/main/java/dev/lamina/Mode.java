package dev.lamina;

import java.util.function.Supplier;

/// Whether layers train (dropout on, batch statistics used and tracked) or evaluate. Inside `Tape.gradients`
/// they train and elsewhere they evaluate, unless one of these methods says otherwise.
public final class Mode {
    private static final ScopedValue<Boolean> TRAINING = ScopedValue.newInstance();

    private Mode() {}

    public static boolean training() {
        return TRAINING.isBound() ? TRAINING.get() : false;
    }

    /// Runs `body` in training mode.
    public static <T> T train(Supplier<T> body) {
        return ScopedValue.where(TRAINING, true).call(body::get);
    }

    /// Runs `body` in evaluation mode, also inside `Tape.gradients`.
    public static <T> T evaluate(Supplier<T> body) {
        return ScopedValue.where(TRAINING, false).call(body::get);
    }

    /// The mode that was chosen explicitly, or training: what a gradient computation runs in.
    static <T> T trainUnlessChosen(Supplier<T> body) {
        return TRAINING.isBound() ? body.get() : train(body);
    }
}
