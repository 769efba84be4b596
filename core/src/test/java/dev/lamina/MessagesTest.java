package dev.lamina;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.backend.Backend;
import dev.lamina.nn.Layer;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Kernel;
import dev.lamina.op.Pointwise;
import dev.lamina.op.Window;
import dev.lamina.testing.Reference;
import dev.lamina.testing.ReferenceBackend;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a user reads when something is wrong, and those who listen to ops.
class MessagesTest {
    private final Device device = Reference.device();

    private Tensor ones(int... shape) {
        return device.with(() -> Tensor.ones(shape));
    }

    private static String error(Class<? extends LaminaException> type, Runnable r) {
        return assertThrows(type, r::run).getMessage();
    }

    @Test
    void shapes() {
        assertEquals(
                "matmul: inner sizes differ: [5, 8] x [5, 3] (8 against 5)",
                error(ShapeException.class, () -> ones(5, 8).matmul(ones(5, 3))));
        assertEquals(
                "conv2d: input [1, 3, 8, 8] has 3 channels, weight [4, 2, 3, 3] with 1 group(s) expects 2",
                error(ShapeException.class, () -> ones(1, 3, 8, 8).conv2d(ones(4, 2, 3, 3), Window.of(3, 1, 0), 1)));
        assertEquals(
                "reshape: [2, 3] does not divide into [4, -1]",
                error(ShapeException.class, () -> ones(2, 3).reshape(4, -1)));
        assertEquals(
                "mean: of no elements of [0, 3]; is the batch empty?",
                error(ShapeException.class, () -> ones(0, 3).mean()));
        assertEquals("item: needs one element, got [2]", error(ShapeException.class, () -> ones(2).item()));
        error(ShapeException.class, () -> ones(2, 3).convTranspose2d(ones(2, 3, 3, 3), Window.of(3, 1, 0), 1, 0, 0));
        error(ShapeException.class, () -> ones(2, 3).adaptiveAvgPool2d(1, 1));
        error(ShapeException.class, () -> ones(2, 3).slice(1, 2, 4));
        error(ShapeException.class, () -> Tensor.concat(0, List.of()));
        error(ShapeException.class, () -> Tensor.concat(0, List.of(ones(2, 3), ones(2, 4))));
    }

    @Test
    void indicesFromTheHostAreCheckedBeforeTheDevice() {
        device.with(() -> {
            Tensor index = Tensor.of(new int[] {0, 7, -1});
            assertEquals(
                    "gather: index 7 at position 1 is outside 0..4",
                    error(IndexException.class, () -> ones(5, 2).gather(0, index)));
            error(IndexException.class, () -> ones(3, 2).scatterAdd(0, index, 7));
            error(IndexException.class, () -> index.oneHot(7));
            error(IndexException.class, () -> ones(1, 3).takeAlong(1, index.reshape(1, 3)));
            assertArrayEquals(
                    new float[0], ones(0, 2).gather(0, Tensor.of(new int[0])).toFloats());
            // A part of a tensor is checked by its own elements.
            assertEquals(2, ones(5, 2).gather(0, index.slice(0, 0, 1)).sum().item());
        });
    }

    @Test
    void layersAreNamed() {
        Layer broken = x -> x.matmul(ones(4, 4));
        Layer block = x -> Layer.call("fc", broken, x);
        assertEquals(
                "matmul: inner sizes differ: [2, 3] x [4, 4] (3 against 4) (in layers.1.fc)",
                error(ShapeException.class, () -> Layer.call("layers.1", block, ones(2, 3))));
        assertEquals("", LayerPath.current());
    }

    @Test
    void theFinderOfNaNsNamesTheOp() {
        Tensor x = device.with(() -> Tensor.of(new float[] {1, -1, 2}));
        assertEquals(
                "log [f32 [3]]: first value that is not finite, at element 1 of its output f32 [3]",
                error(
                        DivergenceException.class,
                        () -> new NanFinder().listenTo(() -> x.log().exp().sum())));
        Tensor bad = x.log();
        assertTrue(Float.isNaN(new NanFinder().listenTo(() -> bad.add(1).sum()).item()));
    }

    @Test
    void listenersSeeEveryOpAndNest() {
        var outer = new ArrayList<String>();
        var inner = new ArrayList<String>();
        OpListener a = (op, in, out, nanos) -> {
            assertTrue(nanos >= 0);
            outer.add(op.name() + in.size() + out.size());
        };
        OpListener b = (op, _, _, _) -> inner.add(op.name());
        Tensor x = ones(2, 3);
        a.listenTo(() -> b.listenTo(() -> x.exp().reshape(6)).sum());
        x.neg();
        assertEquals(List.of("exp11", "reshape11", "sum11", "reshape11"), outer);
        assertEquals(List.of("exp", "reshape"), inner);
    }

    @Test
    void whatABackendThrowsIsWrappedOnce() {
        var cause = new IllegalStateException("CL_OUT_OF_RESOURCES");
        var device = Device.of("opencl:0", new Failing(cause));
        Tensor x = device.with(() -> Tensor.of(new float[3]));
        var e = assertThrows(LaminaException.class, x::exp);
        assertEquals("exp [f32 [3]] failed on opencl:0: CL_OUT_OF_RESOURCES", e.getMessage());
        assertSame(cause, e.getCause());
    }

    /// A backend whose kernels fail.
    private record Failing(RuntimeException cause, ReferenceBackend memory) implements Backend {
        Failing(RuntimeException cause) {
            this(cause, new ReferenceBackend());
        }

        @Override
        public void run(Kernel op, List<View> in, List<View> out) {
            throw cause;
        }

        @Override
        public Object allocate(DType dtype, long size) {
            return memory.allocate(dtype, size);
        }

        @Override
        public void free(Object m) {
            memory.free(m);
        }

        @Override
        public void upload(MemorySegment from, View to) {
            memory.upload(from, to);
        }

        @Override
        public void download(View from, MemorySegment to) {
            memory.download(from, to);
        }

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }

    @Test
    void updatesNameWhatDoesNotFit() {
        var copy = new Pointwise(Elementwise.update("copy", 1, List.of(Expr.in(0))));
        var p = Parameter.of(ones(2, 3));
        assertEquals(
                "copy: result f32 [3] does not fit the parameter f32 [2, 3]",
                error(ShapeException.class, () -> Parameter.update(copy, List.of(ones(3)), List.of(p))));
        Tensor elsewhere = Reference.device().with(() -> Tensor.ones(2, 3));
        error(DeviceException.class, () -> Parameter.update(copy, List.of(elsewhere), List.of(p)));
    }

    @Test
    void devices() {
        assertTrue(
                error(DeviceException.class, () -> Device.require("warp:9")).startsWith("device warp:9 is not known"));
        assertEquals(device, device.with(() -> Device.current()));
        Tensor x = ones(2);
        assertSame(x, x.to(device));
        assertEquals("conv2d", new Conv2d(Window.of(1, 1, 0), 1).name());
    }
}
