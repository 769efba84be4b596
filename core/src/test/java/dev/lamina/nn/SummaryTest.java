package dev.lamina.nn;

import static dev.lamina.nn.Activations.relu;
import static dev.lamina.nn.Known.here;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Parameter;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import dev.lamina.backend.Backend;
import dev.lamina.op.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Against numbers counted by hand.
class SummaryTest {
    /// Computes nothing: a summary needs shapes only, and the reference would take seconds over ten million
    /// products.
    private static final class ShapesOnly implements Backend {
        @Override
        public Object allocate(DType dtype, long size) {
            return this;
        }

        @Override
        public void free(Object memory) {}

        @Override
        public void upload(MemorySegment from, View to) {}

        @Override
        public void download(View from, MemorySegment to) {}

        @Override
        public void run(Kernel op, List<View> in, List<View> out) {}

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }

    private static Sequential cnn() {
        return new Sequential(
                new Conv2d(1, 32, 3),
                relu(),
                new Conv2d(32, 64, 3),
                relu(),
                new MaxPool2d(2),
                new Flatten(),
                new Dense(9216, 128),
                relu(),
                new Dense(128, 10));
    }

    @Test
    void theBenchmarkModel() {
        Summary s = Device.of("shapes", new ShapesOnly()).with(() -> cnn().summary(1, 1, 28, 28));
        assertEquals(1_199_882, s.parameters());
        assertEquals(0, s.buffers());
        assertEquals(194_688 + 10_616_832 + 1_179_648 + 1_280, s.multiplyAdds());
        assertEquals(4 * (2 * 32 * 26 * 26 + 2 * 64 * 24 * 24 + 64 * 12 * 12 + 2 * 128 + 10), s.activationBytes());
        assertEquals("""
                layer  type       input            output           parameters  multiply-adds  activations
                ------------------------------------------------------------------------------------------
                0      Conv2d     [1, 1, 28, 28]   [1, 32, 26, 26]         320        194,688     84.5 KiB
                1      relu       [1, 32, 26, 26]  [1, 32, 26, 26]           0              0     84.5 KiB
                2      Conv2d     [1, 32, 26, 26]  [1, 64, 24, 24]      18,496     10,616,832    144.0 KiB
                3      relu       [1, 64, 24, 24]  [1, 64, 24, 24]           0              0    144.0 KiB
                4      MaxPool2d  [1, 64, 24, 24]  [1, 64, 12, 12]           0              0     36.0 KiB
                5      Flatten    [1, 64, 12, 12]  [1, 9216]                 0              0          0 B
                6      Dense      [1, 9216]        [1, 128]          1,179,776      1,179,648        512 B
                7      relu       [1, 128]         [1, 128]                  0              0        512 B
                8      Dense      [1, 128]         [1, 10]               1,290          1,280         40 B
                ------------------------------------------------------------------------------------------
                total                                                1,199,882     11,992,448    494.0 KiB
                """, s.toString());
    }

    private static String line(Summary.Row r) {
        return r.path() + " " + r.type() + " " + r.output() + " " + r.parameters() + " " + r.multiplyAdds() + " "
                + r.activationBytes();
    }

    private static List<String> lines(Summary s) {
        return s.rows().stream().map(SummaryTest::line).toList();
    }

    /// A residual adds, so it has a row; a sequential does nothing itself and has none.
    @Test
    void nestedLayers() {
        Summary s = here(() -> new Sequential()
                .add(
                        "body",
                        new Residual(
                                new Sequential(new Conv2d(2, 2, 3).padding(1).groups(2), new BatchNorm2d(2))))
                .add("up", new ConvTranspose2d(2, 3, 2).stride(2))
                .summary(2, 2, 4, 4));
        assertEquals(
                List.of(
                        "body Residual [2, 2, 4, 4] 0 0 256",
                        "body.body.0 Conv2d [2, 2, 4, 4] 20 576 256",
                        "body.body.1 BatchNorm2d [2, 2, 4, 4] 4 0 256",
                        "up ConvTranspose2d [2, 3, 8, 8] 27 768 1536"),
                lines(s));
        assertEquals(51, s.parameters());
        assertEquals(4, s.buffers());
        assertEquals("and 4 values in buffers", s.toString().lines().toList().getLast());
    }

    /// A layer that is used twice has two rows, and its parameters count once.
    @Test
    void sharedLayersAndFunctions() {
        var shared = here(() -> new Dense(3, 3));
        Summary s = here(() -> new Sequential(shared, Tensor::relu, shared, new Dropout(0.5)).summary(2, 3));
        assertEquals(
                List.of(
                        "0 Dense [2, 3] 12 18 24",
                        "1 function [2, 3] 0 0 24",
                        "2 Dense [2, 3] 0 18 24",
                        "3 Dropout [2, 3] 0 0 0"),
                lines(s));
        assertEquals(12, s.parameters());
    }

    /// Knows nothing of summaries, and applies a layer without saying so.
    record Attention(Dense project, Parameter bias) implements Layer {
        @Override
        public Tensor apply(Tensor x) {
            Tensor y = project.apply(x);
            return y.matmul(x, false, true).add(bias.value()).softmax(-1).matmul(y);
        }
    }

    @Test
    void layersOfAUsersOwn() {
        var model = here(() ->
                new Attention(new Dense(4, 4).noBias(), Initializer.zeros().parameter(3)));
        Summary s = here(() -> model.summary(2, 3, 4));
        assertEquals(List.of(" Attention [2, 3, 4] 3 240 96"), lines(s)); // 2*3*4*4 + 2*3*3*4 * 2
        assertEquals(19, s.parameters());
        assertEquals(240, s.multiplyAdds());
    }

    @Test
    void inputsOfOtherTypes() {
        Summary s = here(() ->
                Summary.of(new Sequential(new Embedding(10, 4), new Dense(4, 2)), new Spec(Shape.of(3, 5), DType.I32)));
        assertEquals(List.of("0 Embedding [3, 5, 4] 40 0 240", "1 Dense [3, 5, 2] 10 120 120"), lines(s));
    }

    @Test
    void aSingleLayer() {
        Summary s = here(() -> new Dense(3, 2).summary(1, 3));
        assertEquals("(model)", s.toString().lines().toList().get(2).split(" ")[0]);
        assertEquals(6, s.multiplyAdds());
    }
}
