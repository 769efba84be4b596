package dev.lamina.train;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.DivergenceException;
import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.data.DataLoader;
import dev.lamina.data.Dataset;
import dev.lamina.nn.Dense;
import dev.lamina.nn.Dropout;
import dev.lamina.nn.Layer;
import dev.lamina.nn.Losses;
import dev.lamina.nn.Sequential;
import dev.lamina.optim.Sgd;
import dev.lamina.testing.Reference;
import org.junit.jupiter.api.Test;

class DivergenceTest {
    private final Device device = Reference.device();

    private Layer logarithm() {
        return device.with(() ->
                new Rng(3).with(() -> new Sequential(new Dense(1, 1).noBias(), new Dropout(0.2), Tensor::log)));
    }

    /// Input 1, except for a 0 as sample 5, of which the logarithm is infinite.
    private static DataLoader loader(float odd) {
        var x = new float[8][];
        for (int i = 0; i < 8; i++) x[i] = new float[] {i == 5 ? odd : 1};
        return new DataLoader(Dataset.of(x, new float[8][1]), 2);
    }

    private DivergenceException diverge(Layer model, DataLoader data, TrainOptions options) {
        for (Parameter p : model.parameters().values()) p.assign(Tensor.onesLike(p.value()));
        var trainer = new Trainer(model, (y, _) -> y.mean(), new Sgd(model, 1e-6));
        return assertThrows(DivergenceException.class, () -> trainer.fit(data, options));
    }

    private static void contains(DivergenceException e, String... parts) {
        for (String p : parts)
            assertTrue(e.getMessage().contains(p), () -> "expected \"" + p + "\" in " + e.getMessage());
    }

    @Test
    void namesTheStepAndTheFirstOpAndItsLayer() {
        Layer model = device.with(() -> new Rng(3)
                .with(() -> new Sequential(new Dense(1, 1).noBias(), new Sequential(Tensor::abs, Tensor::log))));
        var e = diverge(model, loader(0), TrainOptions.epochs(3));
        contains(e, "the loss is -Infinity at epoch 1, step 3", "lower learning rate", "Clip.byNorm(1)");
        contains(e, "First seen in log [f32 [2, 1]]", "element 1", "(in 1.1)");
    }

    @Test
    void findsItWithTheSameDropoutMask() {
        Layer model = logarithm();
        Layer masked = device.with(() -> new Sequential(model, (Layer) x -> x));
        var e = diverge(masked, loader(1), TrainOptions.epochs(50).seed(1));
        contains(e, "First seen in log", "(in 0.2)");
    }

    @Test
    void namesInputsAndParametersThatAreNotFinite() {
        contains(
                diverge(logarithm(), loader(Float.NaN), TrainOptions.epochs(1)),
                "The inputs of the batch are not finite");
        Layer model = device.with(() -> new Sequential(new Dense(1, 1)));
        var trainer = new Trainer(model, Losses::mse, new Sgd(model, 1e30));
        contains(assertThrows(DivergenceException.class, () -> trainer.fit(loader(2), 3)), "at epoch 1, step");
    }

    @Test
    void namesTheExactStepWhenTheLossIsReadSeldom() {
        Layer model = device.with(() -> new Sequential(new Dense(1, 1).noBias(), Tensor::log));
        var e = diverge(model, loader(0), TrainOptions.epochs(1).readEvery(4));
        contains(e, "at epoch 1, step 3", "readEvery(1)");
        assertFalse(e.getMessage().contains("First seen"), e::getMessage);
        contains(diverge(model, loader(0), TrainOptions.epochs(1).readEvery(100)), "at epoch 1, step 3");
    }

    @Test
    void namesTheStepUnderAccumulation() {
        Layer model = device.with(() -> new Sequential(new Dense(1, 1).noBias(), Tensor::log));
        contains(
                diverge(model, loader(0), TrainOptions.epochs(1).accumulate(2)),
                "epoch 1, step 2",
                "First seen in log");
    }
}
