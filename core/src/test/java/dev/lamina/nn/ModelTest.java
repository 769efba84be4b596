package dev.lamina.nn;

import static dev.lamina.nn.Activations.relu;
import static dev.lamina.nn.Known.DEVICE;
import static dev.lamina.nn.Known.f;
import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.ints;
import static dev.lamina.nn.Known.pattern;
import static dev.lamina.nn.Known.s;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.Gradients;
import dev.lamina.IndexException;
import dev.lamina.LaminaException;
import dev.lamina.Mode;
import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.ShapeException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Layers put together: names, error paths, modes, and training.
class ModelTest {
    /// A layer of a user's own: its parts are named by its components.
    record Block(Conv2d conv, BatchNorm2d norm, Parameter gain, List<Layer> rest) implements Layer {
        @Override
        public Tensor apply(Tensor x) {
            Tensor y = Layer.call("norm", norm, Layer.call("conv", conv, x)).mul(gain.value());
            for (int i = 0; i < rest.size(); i++) y = Layer.call("rest." + i, rest.get(i), y);
            return y;
        }
    }

    private static Block block() {
        return new Block(
                new Conv2d(2, 2, 3).same().noBias(),
                new BatchNorm2d(2),
                Initializer.ones().parameter(1),
                List.of(relu(), new Conv2d(2, 3, 1)));
    }

    private static Tensor image(int... shape) {
        return pattern(0.5, shape).cast(DType.F32);
    }

    private static Sequential deep(int channels) {
        var body = new Sequential(new Conv2d(8, 8, 3).same(), new Conv2d(channels, 8, 3).same());
        var features = new Sequential(new Conv2d(1, 8, 3), relu(), new MaxPool2d(2), new Residual(body));
        return new Sequential()
                .add("features", features)
                .add(new Flatten())
                .add("head", new Sequential(new Dense(72, 2)));
    }

    record Secretive(Dense dense) implements Layer {
        @Override
        public Dense dense() {
            throw new IllegalStateException("not for you");
        }

        @Override
        public Tensor apply(Tensor x) {
            return x;
        }
    }

    @Test
    void aComponentThatCannotBeReadIsNamed() {
        Layer layer = new Secretive(null);
        assertEquals(
                "layer: reading component dense of dev.lamina.nn.ModelTest$Secretive failed",
                assertThrows(LaminaException.class, layer::parameters).getMessage());
    }

    @Test
    void namesAreThoseOfStateDicts() {
        var model = here(() -> new Sequential(
                new Conv2d(1, 2, 3).noBias(),
                new Residual(new Sequential(block()), new Conv2d(2, 3, 1)),
                new Parallel(new PRelu(), new LayerNorm(4).noAffine()),
                new Embedding(3, 2)));
        assertEquals(
                List.of(
                        "0.weight",
                        "1.body.0.gain",
                        "1.body.0.conv.weight",
                        "1.body.0.norm.weight",
                        "1.body.0.norm.bias",
                        "1.body.0.norm.running_mean",
                        "1.body.0.norm.running_var",
                        "1.body.0.rest.1.weight",
                        "1.body.0.rest.1.bias",
                        "1.shortcut.weight",
                        "1.shortcut.bias",
                        "2.0.weight",
                        "3.weight"),
                List.copyOf(model.parameters().keySet()));
        assertEquals(11, model.trainable().size());
    }

    @Test
    void aSharedLayerIsTrainedOnce() {
        var shared = here(() -> new Dense(2, 2));
        var model = new Sequential(shared, relu(), shared);
        assertEquals(4, model.parameters().size());
        assertEquals(2, model.trainable().size());
        var order = model.trainable();
        assertSame(shared.weight(), order.getFirst());
    }

    @Test
    void errorsNameThePath() {
        var model = here(() -> deep(16));
        String message = assertThrows(ShapeException.class, () -> model.apply(image(2, 1, 8, 8)))
                .getMessage();
        assertEquals("conv2d: expected [n, 16, h, w], got [2, 8, 3, 3] (in features.3.body.1)", message);
        String head = assertThrows(
                        ShapeException.class, () -> here(() -> deep(8)).apply(image(2, 1, 10, 10)))
                .getMessage();
        assertEquals("dense: expected [..., 72], got [2, 128] (in head.0)", head);
        var words = here(() -> new Sequential(new Embedding(5, 2), new Dense(2, 1)));
        assertTrue(assertThrows(IndexException.class, () -> words.apply(ints(s(1), 5)))
                .getMessage()
                .endsWith("(in 0)"));
        Tensor pixels = ints(s(1, 1, 8, 8), new int[64]).cast(DType.U8);
        assertTrue(assertThrows(DTypeException.class, () -> model.apply(pixels))
                .getMessage()
                .endsWith("convert it with cast(DType.F32) (in features.0)"));
        String small = assertThrows(ShapeException.class, () -> model.apply(image(1, 1, 2, 2)))
                .getMessage();
        assertTrue(small.startsWith("conv2d: a 3 x 3 window") && small.endsWith("(in features.0)"), small);
    }

    @Test
    void namesOfASequentialAreChecked() {
        var model = new Sequential(relu()).add("act", relu()).add(relu());
        assertEquals(List.of("0", "act", "2"), List.copyOf(model.children().keySet()));
        assertEquals(
                "sequential: the name \"act\" is taken; there are [0, act, 2]",
                assertThrows(LaminaException.class, () -> model.add("act", relu()))
                        .getMessage());
        assertThrows(LaminaException.class, () -> model.add("a.b", relu()));
        assertThrows(LaminaException.class, () -> model.add("", relu()));
        assertThrows(UnsupportedOperationException.class, () -> model.children().clear());
    }

    @Test
    void layersTrainInsideATapeAndEvaluateOutside() {
        var norm = here(() -> new BatchNorm1d(1));
        var seen = new ArrayList<Boolean>();
        var model = new Sequential(norm, x -> {
            seen.add(Mode.training());
            return x;
        });
        Tensor x = f(s(2, 1), 1, 3);
        Parameter mean = norm.parameters().get("running_mean");
        here(() -> model.apply(x));
        assertEquals(0, mean.value().item());
        here(() -> Tape.gradients(() -> Mode.evaluate(() -> model.apply(x)).sum(), model.trainable()));
        assertEquals(0, mean.value().item());
        here(() -> Tape.gradients(() -> model.apply(x).sum(), model.trainable()));
        assertEquals(0.2, mean.value().item(), 1e-6);
        assertEquals(List.of(false, false, true), seen);
    }

    private static Layer small() {
        return new Sequential(
                new Conv2d(1, 3, 3).same(),
                new BatchNorm2d(3),
                relu(),
                new MaxPool2d(2),
                new Dropout(0.3),
                new Flatten(),
                new Dense(12, 2));
    }

    /// Losses of a few steps of gradient descent.
    private static List<Float> train(Layer model, Tensor x, Tensor y, int steps, double rate) {
        var losses = new ArrayList<Float>();
        for (int i = 0; i < steps; i++) {
            Gradients g = Tape.gradients(() -> Losses.crossEntropy(model.apply(x), y), model.trainable());
            for (Parameter p : model.trainable()) p.assign(p.value().sub(g.of(p).mul(rate)));
            losses.add(g.loss().item());
        }
        return losses;
    }

    private static float[] trained(long seed) {
        Supplier<float[]> run = () -> {
            Layer model = small();
            train(model, image(4, 1, 4, 4), ints(s(4), 0, 1, 1, 0), 8, 0.1);
            var all = Tensor.concat(
                    0,
                    model.parameters().values().stream()
                            .map(p -> p.value().flatten(0))
                            .toList());
            return all.toFloats();
        };
        return DEVICE.with(() -> new Rng(seed).with(run));
    }

    @Test
    void twoThreadsTrainAsOneAloneDoes() throws Exception {
        float[] first = trained(1);
        float[] second = trained(2);
        assertFalse(Arrays.equals(first, second));
        var start = new CyclicBarrier(2);
        try (var threads = Executors.newFixedThreadPool(2)) {
            var a = threads.submit(() -> {
                start.await();
                return trained(1);
            });
            var b = threads.submit(() -> {
                start.await();
                return trained(2);
            });
            assertArrayEquals(first, a.get());
            assertArrayEquals(second, b.get());
        }
    }

    private static Layer everything() {
        return new Sequential(
                new Conv2d(1, 4, 3).same().noBias(),
                new BatchNorm2d(4),
                new PRelu(4),
                new Residual(new Sequential(new Conv2d(4, 4, 3).padding(1).groups(2), Activations.silu())),
                new Parallel(new MaxPool2d(2), new AvgPool2d(2)),
                new GroupNorm(4, 8),
                new ConvTranspose2d(8, 4, 2).stride(2),
                Activations.gelu(),
                new Parallel(new Upsample(2), new Upsample(2).bilinear()).sum(),
                new AdaptiveAvgPool2d(3, 3),
                block(2),
                new Lambda("rows", x -> x.flatten(2)),
                new Conv1d(2, 4, 3).same(),
                new BatchNorm1d(4),
                new MaxPool1d(2),
                new AvgPool1d(2).stride(1),
                Activations.tanh(),
                new Dropout(0.1),
                new Flatten(),
                new LayerNorm(12),
                new Dense(12, 3));
    }

    private static Layer block(int channels) {
        return new Sequential(new Conv2d(4, channels, 1), Activations.leakyRelu(0.1));
    }

    @Test
    void aModelOfEveryLayerLearns() {
        Tensor x = here(() -> Tensor.normal(new Rng(5), 4, 1, 4, 4));
        Tensor y = ints(s(4), 0, 1, 2, 1);
        List<Float> losses = here(() -> train(everything(), x, y, 10, 0.2));
        assertTrue(losses.getLast() < 0.7 * losses.getFirst(), losses::toString);
        Layer words = here(() -> new Sequential(
                new Embedding(5, 4).paddingIndex(0), new Lambda("mean", e -> e.mean(1)), new Dense(4, 3)));
        Tensor tokens = ints(s(3, 2), 1, 2, 3, 0, 4, 4);
        List<Float> of = here(() -> train(words, tokens, ints(s(3), 0, 1, 2), 15, 0.5));
        assertTrue(of.getLast() < 0.5 * of.getFirst(), of::toString);
    }

    @Test
    void aRegressionLearns() {
        var dense = here(() -> new Dense(2, 1));
        Tensor x = f(s(4, 2), 1, 2, -1, 0.5, 0, 1, 2, -1);
        Tensor t = f(s(4, 1), 3, -2, 0, 4);
        var losses = new ArrayList<Float>();
        for (int i = 0; i < 20; i++) {
            Gradients g = here(() -> Tape.gradients(() -> Losses.huber(dense.apply(x), t, 1), dense.trainable()));
            for (Parameter p : dense.trainable()) p.assign(p.value().sub(g.of(p).mul(0.3)));
            losses.add(g.loss().item());
        }
        assertTrue(losses.getLast() < 0.1 * losses.getFirst(), losses::toString);
    }
}
