package dev.lamina.nn;

import static dev.lamina.nn.Known.DEVICE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.OpListener;
import dev.lamina.Rng;
import dev.lamina.ShapeException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.op.Affine;
import dev.lamina.op.Functions;
import dev.lamina.op.MatMul;
import dev.lamina.op.Reduce;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A layer and the activation after it run as one op, and nothing else about them changes.
class JoinedLayersTest {
    private static Sequential model(Layer first, Layer activation, Layer last) {
        return new Sequential(first, activation, new Flatten(), last);
    }

    private static Supplier<Void> run(Runnable body) {
        return () -> {
            body.run();
            return null;
        };
    }

    @Test
    void gradientsAreTheSameBits() {
        DEVICE.with(() -> new Rng(1).with(run(() -> {
            var conv = new Conv2d(2, 3, 3).padding(1);
            var dense = new Dense(3 * 4 * 4, 2);
            Tensor x = Tensor.uniform(Rng.current(), 5, 2, 4, 4);
            var joined = model(conv, Activations.relu(), dense);
            var apart = model(conv, Tensor::relu, dense);
            assertArrayEquals(joined.apply(x).toFloats(), apart.apply(x).toFloats());
            var a = Tape.gradients(() -> joined.apply(x).square().mean(), joined.trainable());
            var b = Tape.gradients(() -> apart.apply(x).square().mean(), apart.trainable());
            for (var p : joined.trainable())
                assertArrayEquals(a.of(p).toFloats(), b.of(p).toFloats());
        })));
    }

    /// The gradient of the activation is computed once, for the product and for the bias.
    @Test
    void theActivationIsDifferentiatedOnce() {
        DEVICE.with(() -> new Rng(1).with(run(() -> {
            var model = new Sequential(new Dense(3, 4), Activations.tanh());
            Tensor x = Tensor.uniform(Rng.current(), 5, 3);
            var ran = new ArrayList<String>();
            OpListener names = (op, in, out, nanos) -> ran.add(op.name());
            names.listenTo(() -> Tape.gradients(() -> model.apply(x).sum(), model.trainable()));
            assertEquals(1, ran.stream().filter("d_tanh"::equals).count(), ran::toString);
            assertTrue(ran.contains("bias_tanh"), ran::toString);
        })));
    }

    /// Overlapping windows, a batch of one, and a NaN are in it.
    @Test
    void maxPoolingBeforeReluIsTheSameBits() {
        DEVICE.with(() -> new Rng(1).with(run(() -> {
            var conv = new Conv2d(2, 3, 3).padding(1);
            var dense = new Dense(3 * 3 * 3, 2);
            for (int n : new int[] {1, 5}) {
                Tensor x = Tensor.uniform(Rng.current(), n, 2, 6, 6).sub(0.5);
                var pool = new MaxPool2d(3).stride(2).padding(1);
                var swapped = new Sequential(conv, Activations.relu(), pool, new Flatten(), dense);
                var apart = new Sequential(conv, Tensor::relu, pool, new Flatten(), dense);
                var a = Tape.gradients(() -> swapped.apply(x).square().mean(), swapped.trainable());
                var b = Tape.gradients(() -> apart.apply(x).square().mean(), apart.trainable());
                assertArrayEquals(b.loss().toFloats(), a.loss().toFloats());
                for (var p : swapped.trainable())
                    assertArrayEquals(b.of(p).toFloats(), a.of(p).toFloats());
            }
            Tensor row = Tensor.of(new float[] {Float.NaN, -1, -2, -3, 4, 5}, 1, 1, 6);
            var model = new Sequential(Activations.relu(), new MaxPool1d(2));
            Tape.gradients(
                    () -> {
                        assertArrayEquals(
                                new float[] {Float.NaN, 0, 5}, model.apply(row).toFloats());
                        return row.sum();
                    },
                    List.of(row));
        })));
    }

    /// Without a tape, relu stays in the pass of the convolution.
    @Test
    void maxPoolingGoesFirstOnTapesOnly() {
        DEVICE.with(() -> new Rng(1).with(run(() -> {
            var model = new Sequential(new Conv2d(1, 2, 3), Activations.relu(), new MaxPool2d(2));
            Tensor x = Tensor.uniform(Rng.current(), 1, 1, 6, 6);
            var ran = new ArrayList<String>();
            OpListener names = (op, in, out, nanos) -> ran.add(op.name());
            names.listenTo(() -> Tape.gradients(() -> model.apply(x).sum(), model.trainable()));
            assertTrue(ran.indexOf("max_pool2d") < ran.indexOf("relu"), ran::toString);
            ran.clear();
            names.listenTo(() -> model.apply(x));
            assertTrue(ran.indexOf("bias_relu") < ran.indexOf("max_pool2d"), ran::toString);
        })));
    }

    @Test
    void summariesShowBothLayers() {
        DEVICE.with(() -> new Rng(1).with(run(() -> {
            String text = new Sequential(new Dense(3, 4), Activations.relu())
                    .summary(2, 3)
                    .toString();
            assertTrue(text.contains("Dense") && text.contains("relu"), text);
        })));
    }

    @Test
    void errorsNameTheLayerAndTheOp() {
        DEVICE.with(() -> new Rng(1).with(run(() -> {
            var model = new Sequential(new Flatten(), new Dense(3, 4), Activations.relu());
            var e = assertThrows(ShapeException.class, () -> model.apply(Tensor.zeros(2, 5)));
            assertTrue(e.getMessage().endsWith("(in 1)"), e::getMessage);
            var affine = new Affine(new MatMul(false, true), Optional.of(Functions.RELU));
            e = assertThrows(
                    ShapeException.class, () -> affine.on(Tensor.zeros(2, 3), Tensor.zeros(4, 3), Tensor.zeros(5)));
            assertTrue(e.getMessage().contains("[2, 4]") && e.getMessage().contains("[5]"), e::getMessage);
            e = assertThrows(
                    ShapeException.class, () -> affine.on(Tensor.zeros(1, 3), Tensor.zeros(4, 3), Tensor.zeros(2, 4)));
            assertTrue(e.getMessage().contains("bias [2, 4]"), e::getMessage);
        })));
    }

    @Test
    void onlyFunctionsOfTheirOutputJoin() {
        assertTrue(Affine.fuses(Functions.RELU) && Affine.fuses(Functions.SIGMOID) && Affine.fuses(Functions.TANH));
        assertTrue(List.of(Functions.GELU, Functions.ADD, Functions.LEAKY_RELU).stream()
                .noneMatch(Affine::fuses));
        assertThrows(
                IllegalArgumentException.class, () -> new Affine(new MatMul(false, true), Optional.of(Functions.GELU)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Affine(new Reduce(Reduce.Kind.SUM, List.of(0)), Optional.empty()));
    }
}
