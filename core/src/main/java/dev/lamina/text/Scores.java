package dev.lamina.text;

import dev.lamina.LaminaException;
import dev.lamina.Mode;
import dev.lamina.Scope;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The scores of one step on the host, with the state that goes on.
///
/// @param logits of all rows, one after the other
record Scores<S extends DecoderState<S>>(float[] logits, int classes, S state) {
    /// Takes a step in a scope of its own, in evaluation mode.
    ///
    /// @param state is asked for inside the scope
    static <S extends DecoderState<S>> Scores<S> of(
            String search, DecoderStep<S> step, Supplier<S> state, int[] tokens) {
        return Scope.call(() -> Mode.evaluate(() -> {
            var next = step.apply(state.get(), Tensor.of(tokens));
            Tensor logits = next.logits();
            if (logits.shape().rank() != 2
                    || logits.shape().dim(0) != tokens.length
                    || logits.shape().isEmpty())
                throw new ShapeException(search + ": the step must give scores [" + tokens.length + ", c] for "
                        + tokens.length + " token(s), got " + logits.shape());
            var scores = new Scores<>(logits.toFloats(), logits.shape().dim(1), next.state());
            scores.check(search);
            return scores;
        }));
    }

    /// The step after this one; the state that it leaves behind is freed.
    Scores<S> then(String search, DecoderStep<S> step, UnaryOperator<S> change, int[] tokens) {
        Scores<S> next = of(search, step, () -> change.apply(state), tokens);
        Scope.release(state, next.state());
        return next;
    }

    private void check(String search) {
        for (int i = 0; i < logits.length; i++)
            if (Float.isNaN(logits[i]) || logits[i] == Float.POSITIVE_INFINITY)
                throw new LaminaException(search + ": the score of token " + i % classes + " in row " + i / classes
                        + " is " + logits[i] + "; did training diverge?");
    }

    /// The logarithms of the probabilities of a row; they are its scores less a constant.
    double[] logProbabilities(int row) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) max = Math.max(max, logits[row * classes + c]);
        double sum = 0;
        for (int c = 0; c < classes; c++) sum += Math.exp(logits[row * classes + c] - max);
        double log = max + Math.log(sum);
        var out = new double[classes];
        for (int c = 0; c < classes; c++) out[c] = logits[row * classes + c] - log;
        return out;
    }
}
