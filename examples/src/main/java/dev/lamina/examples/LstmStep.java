package dev.lamina.examples;

import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Lstm;
import dev.lamina.optim.Optimizer;
import dev.lamina.optim.Sgd;

/// Two LSTM layers of 256 on sequences of 64 steps of 256 numbers; SGD on the mean square of the outputs. 67
/// million multiply-adds a sequence.
final class LstmStep implements TrainingStep {
    private static final int STEPS = 64;
    private static final int SIZE = 256;

    private final Layer model = new Lstm(SIZE, SIZE).layers(2).timeFirst();
    private final Optimizer optimizer = new Sgd(model, 0.01);
    private final Tensor x;
    private final long multiplyAdds;

    LstmStep(int batch) {
        x = Tensor.normal(Rng.current(), STEPS, batch, SIZE);
        multiplyAdds = model.summary(STEPS, batch, SIZE).multiplyAdds();
    }

    @Override
    public void run() {
        Scope.run(() ->
                optimizer.step(Tape.gradients(() -> model.apply(x).square().mean(), model.trainable())));
    }

    @Override
    public long multiplyAdds() {
        return multiplyAdds;
    }

    @Override
    public String items() {
        return "tokens";
    }

    @Override
    public int itemsEach() {
        return STEPS;
    }
}
