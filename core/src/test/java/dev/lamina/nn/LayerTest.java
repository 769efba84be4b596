package dev.lamina.nn;

import static dev.lamina.nn.Known.f;
import static dev.lamina.nn.Known.here;
import static dev.lamina.nn.Known.ints;
import static dev.lamina.nn.Known.s;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.DTypeException;
import dev.lamina.Gradients;
import dev.lamina.IndexException;
import dev.lamina.LaminaException;
import dev.lamina.Mode;
import dev.lamina.Rng;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Single layers: what PyTorch's numbers do not cover, and their words about wrong input.
class LayerTest {
    private static Tensor zeros(int... shape) {
        return f(shape, new double[(int) Shape.of(shape).size()]);
    }

    private static void rejects(Class<? extends LaminaException> type, String message, Supplier<?> body) {
        assertEquals(message, assertThrows(type, () -> here(body)).getMessage());
    }

    private static void rejects(String message, Supplier<?> body) {
        rejects(ShapeException.class, message, body);
    }

    @Test
    void denseTakesAnyLeadingAxes() {
        var dense = here(() -> new Dense(2, 2));
        dense.weight().assign(f(s(2, 2), 1, 2, 3, 4));
        dense.parameters().get("bias").assign(f(s(2), 10, 20));
        assertArrayEquals(new double[] {15, 31}, dense.apply(f(s(2), 1, 2)).toDoubles());
        assertEquals(Shape.of(0, 2), dense.apply(zeros(0, 2)).shape());
        assertEquals(Shape.of(2, 3, 4, 2), dense.apply(zeros(2, 3, 4, 2)).shape());
        assertArrayEquals(
                new double[] {5, 11}, dense.noBias().apply(f(s(1, 2), 1, 2)).toDoubles());
    }

    @Test
    void optionsKeepTheParametersThatFit() {
        var conv = here(() -> new Conv2d(4, 4, 3));
        assertSame(conv.weight(), conv.stride(2).padding(1).dilation(2).noBias().weight());
        assertSame(conv.weight(), conv.groups(1).weight());
        var grouped = here(() -> conv.groups(2));
        assertNotSame(conv.weight(), grouped.weight());
        assertEquals(Shape.of(4, 2, 3, 3), grouped.weight().shape());
        assertEquals(List.of("weight"), List.copyOf(conv.noBias().parameters().keySet()));
        assertEquals(
                List.of("weight"),
                List.copyOf(here(() -> conv.noBias().groups(4)).parameters().keySet()));
    }

    /// As TensorFlow defines it: ceil(size / stride) outputs, the odd zero after the end.
    @Test
    void samePaddingWithStride() {
        var conv = here(() -> new Conv1d(1, 1, 4).stride(2).same().noBias());
        conv.weight().assign(f(s(1, 1, 4), 1, 10, 100, 1000));
        Tensor y = conv.apply(f(s(1, 1, 5), 1, 2, 3, 4, 5));
        assertArrayEquals(new double[] {3210, 5432, 54}, y.toDoubles());
        Tensor six = conv.apply(f(s(1, 1, 6), 1, 2, 3, 4, 5, 6));
        assertArrayEquals(new double[] {3210, 5432, 654}, six.toDoubles());
        var pool = new MaxPool2d(2).stride(1).same();
        assertArrayEquals(
                new double[] {4, 4, 4, 4},
                pool.apply(f(s(1, 1, 2, 2), 1, 2, 3, 4)).toDoubles());
    }

    @Test
    void embeddings() {
        var table = here(() -> new Embedding(3, 2));
        table.weight().assign(f(s(3, 2), 1, 2, 3, 4, 5, 6));
        Tensor y = table.apply(ints(s(2, 2), 2, 0, 1, 2));
        assertEquals(Shape.of(2, 2, 2), y.shape());
        assertArrayEquals(new double[] {5, 6, 1, 2, 3, 4, 5, 6}, y.toDoubles());
        rejects(
                IndexException.class,
                "embedding: index 3 at position 1 is outside 0..2",
                () -> table.apply(ints(s(2), 0, 3)));
        rejects(
                DTypeException.class,
                "embedding: indices must be i32, got f32 [1]; convert with cast(DType.I32)",
                () -> table.apply(zeros(1)));
    }

    @Test
    void thePaddingIndexIsZeroAndIsNotTrained() {
        var table = here(() -> new Embedding(3, 2).paddingIndex(1));
        Tensor x = ints(s(3), 1, 2, 1);
        assertArrayEquals(new double[4], table.apply(ints(s(2), 1, 1)).toDoubles());
        Gradients g = here(() -> Tape.gradients(() -> table.apply(x).sum(), table.trainable()));
        assertArrayEquals(new double[] {0, 0, 0, 0, 1, 1}, g.of(table.weight()).toDoubles());
        rejects(LaminaException.class, "embedding: padding index must be in 0..2, got 3", () -> table.paddingIndex(3));
    }

    @Test
    void dropoutTrainsAndEvaluates() {
        var half = new Dropout(0.5);
        Tensor x = zeros(100, 100).add(3);
        assertSame(x, half.apply(x));
        Supplier<Tensor> train = () -> Mode.train(() -> half.apply(x));
        double[] y = here(train).toDoubles();
        long kept = Arrays.stream(y).filter(v -> v != 0).count();
        assertEquals(5000, kept, 200);
        assertTrue(Arrays.stream(y).allMatch(v -> v == 0 || v == 6));
        assertArrayEquals(y, here(train).toDoubles()); // the same stream, the same mask
        assertTrue(
                here(() -> !Arrays.equals(train.get().toDoubles(), train.get().toDoubles())));
        Gradients g = here(() -> Tape.gradients(() -> half.apply(x).sum(), List.of(x)));
        assertArrayEquals(Arrays.stream(y).map(v -> v / 3).toArray(), g.of(x).toDoubles());
        assertSame(x, Mode.train(() -> new Dropout(0).apply(x)));
        rejects(LaminaException.class, "dropout: p must be in [0, 1), got 1.0", () -> new Dropout(1));
    }

    @Test
    void flattenKeepsTheBatch() {
        assertEquals(Shape.of(2, 60), new Flatten().apply(zeros(2, 3, 4, 5)).shape());
        assertEquals(Shape.of(2, 3, 20), new Flatten(2).apply(zeros(2, 3, 4, 5)).shape());
    }

    @Test
    void residuals() {
        Tensor x = f(s(1, 2), 1, 2);
        assertArrayEquals(
                new double[] {3, 6}, new Residual(t -> t.mul(2)).apply(x).toDoubles());
        assertArrayEquals(
                new double[] {2, 4},
                new Residual(t -> t.mul(3), Tensor::neg).apply(x).toDoubles());
        rejects(
                "residual: the body gives [1, 1] and the shortcut [1, 2]; give a shortcut that changes the shape",
                () -> new Residual(t -> t.sum(1, true)).apply(x));
    }

    @Test
    void parallelBranches() {
        Tensor x = f(s(1, 2), 1, 2);
        var both = new Parallel(t -> t.mul(2), Tensor::neg);
        assertArrayEquals(new double[] {2, 4, -1, -2}, both.apply(x).toDoubles());
        assertEquals(Shape.of(2, 2), both.concat(0).apply(x).shape());
        assertArrayEquals(new double[] {1, 2}, both.sum().apply(x).toDoubles());
        rejects(
                "parallel: outputs to add must have one shape, got [[1, 2], [1, 1]]",
                () -> new Parallel(t -> t, t -> t.sum(1, true)).sum().apply(x));
        rejects(LaminaException.class, "parallel: no layers given", Parallel::new);
    }

    @Test
    void wrongShapes() {
        rejects("dense: expected [..., 784], got [64, 100]", () -> new Dense(784, 2).apply(zeros(64, 100)));
        rejects("dense: out must be positive, got 0", () -> new Dense(3, 0));
        rejects("conv2d: expected [n, 3, h, w], got [2, 4, 5, 6]", () -> new Conv2d(3, 1, 3).apply(zeros(2, 4, 5, 6)));
        rejects(
                "conv2d: expected [n, 3, h, w], got [2, 8, 8, 3]; channels come first: use permute(0, 3, 1, 2)",
                () -> new Conv2d(3, 1, 3).apply(zeros(2, 8, 8, 3)));
        rejects(
                "conv2d: expected [n, 3, h, w], got [3, 8, 8]; add an axis with unsqueeze(0)",
                () -> new Conv2d(3, 1, 3).apply(zeros(3, 8, 8)));
        rejects(
                "conv2d: expected [n, 1, h, w], got [9, 8, 8]; add an axis with unsqueeze(1)",
                () -> new Conv2d(1, 1, 3).apply(zeros(9, 8, 8)));
        rejects("conv2d: 4 -> 6 channels do not divide into 4 groups", () -> new Conv2d(4, 6, 3).groups(4));
        rejects("conv1d: expected [n, 2, l], got [2, 3, 4]", () -> new Conv1d(2, 1, 3).apply(zeros(2, 3, 4)));
        rejects("max_pool2d: expected [n, c, h, w], got [2, 3]", () -> new MaxPool2d(2).apply(zeros(2, 3)));
        rejects("avg_pool1d: expected [n, c, l], got [2, 3]", () -> new AvgPool1d(2).apply(zeros(2, 3)));
        rejects("layer_norm: expected [..., 3, 4], got [3, 5]", () -> new LayerNorm(3, 4).apply(zeros(3, 5)));
        rejects("batch_norm1d: expected [n, 3] or [n, 3, l], got [3]", () -> new BatchNorm1d(3).apply(zeros(3)));
        rejects("group_norm: 6 channels do not divide into 4 groups", () -> new GroupNorm(4, 6));
        rejects("group_norm: expected [n, 4, ...], got [4, 3]", () -> new GroupNorm(2, 4).apply(zeros(4, 3)));
        rejects(
                "conv_transpose2d: output padding must be in 0..1, less than the stride or the dilation, got 2",
                () -> new ConvTranspose2d(1, 1, 3).stride(2).outputPadding(2).apply(zeros(1, 1, 2, 2)));
    }

    @Test
    void wrongTypes() {
        Tensor pixels = ints(s(1, 1, 4, 4), new int[16]).cast(DType.U8);
        rejects(
                DTypeException.class,
                "conv2d: the input is u8 [1, 1, 4, 4] and the weights are f32; convert it with cast(DType.F32)",
                () -> new Conv2d(1, 1, 3).apply(pixels));
        rejects(
                DTypeException.class,
                "dense: the input is f64 [1, 2] and the weights are f32; convert it with cast(DType.F32)",
                () -> new Dense(2, 2).apply(zeros(1, 2).cast(DType.F64)));
        rejects(DTypeException.class, "parameter: must be floating-point, cannot become i32", () -> {
            new Dense(2, 2).to(DType.I32);
            return null;
        });
    }

    @Test
    void wrongOptions() {
        rejects(
                LaminaException.class,
                "batch_norm2d: momentum, the weight of the new batch, must be in [0, 1], got 1.5",
                () -> new BatchNorm2d(3).momentum(1.5));
        rejects(LaminaException.class, "layer_norm: eps must be positive, got 0.0", () -> new LayerNorm(3).eps(0));
        rejects("window: stride must be positive, got 0", () -> new MaxPool2d(2).stride(0));
        rejects("conv2d: kernel must be positive, got 0", () -> new Conv2d(1, 1, 0));
        rejects("upsample: factor must be positive, got 0", () -> new Upsample(0));
    }

    @Test
    void randomStreamsAreTheCallers() {
        var rng = new Rng(3);
        var layer = Known.DEVICE.with(() -> rng.with(() -> new Dense(4, 4)));
        assertTrue(rng.position() > 0);
        assertEquals(Shape.of(4, 4), layer.weight().shape());
    }
}
