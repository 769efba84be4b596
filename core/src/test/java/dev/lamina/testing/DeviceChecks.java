package dev.lamina.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.DeviceException;
import dev.lamina.FreedTensorException;
import dev.lamina.OutOfDeviceMemoryException;
import dev.lamina.Parameter;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Shape;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.backend.Backend;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Pointwise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// What core and a backend do together: memory, threads, transfers and updates in place.
final class DeviceChecks {
    private static final int N = 4096;
    private static final long BUFFER = N * 4L;

    private final Backend backend;
    private final String id;

    private DeviceChecks(Backend backend, String id) {
        this.backend = backend;
        this.id = id;
    }

    static Stream<DynamicTest> memory(Backend backend, String id) {
        var c = new DeviceChecks(backend, id);
        return Stream.of(
                DynamicTest.dynamicTest("scopes free what they do not return", c::scopes),
                DynamicTest.dynamicTest("peak memory follows liveness", c::liveness),
                DynamicTest.dynamicTest("memory stays flat over steps", c::flat),
                DynamicTest.dynamicTest("running out of memory says of what", c::outOfMemory),
                DynamicTest.dynamicTest("unreachable tensors make room", c::unreachable));
    }

    static Stream<DynamicTest> behaviour(Backend backend, String id) {
        var c = new DeviceChecks(backend, id);
        return Stream.of(
                DynamicTest.dynamicTest("transfers keep every bit", c::transfers),
                DynamicTest.dynamicTest("updates in place may alias", c::update),
                DynamicTest.dynamicTest("threads do not disturb each other", c::threads),
                DynamicTest.dynamicTest("devices do not mix", c::mixed),
                DynamicTest.dynamicTest("gradients travel between devices", c::gradientAcrossDevices));
    }

    /// The backend with a pool of its own, so that statistics begin at zero.
    private Device fresh() {
        return Device.of(id, backend);
    }

    void scopes() {
        Device d = fresh();
        d.with(() -> {
            var leaked = new Tensor[2];
            Tensor returned = Scope.call(() -> {
                leaked[0] = Tensor.ones(3);
                leaked[1] = Tensor.ones(5).keep();
                return leaked[0].add(1);
            });
            assertArrayEquals(new float[] {2, 2, 2}, returned.toFloats());
            assertArrayEquals(new float[] {1, 1, 1, 1, 1}, leaked[1].toFloats());
            var e = assertThrows(FreedTensorException.class, () -> leaked[0].toFloats());
            assertEquals(
                    "tensor f32 [3] was freed when its scope closed; return it from the scope or keep() it",
                    e.getMessage());
            assertEquals(2, d.memory().liveBuffers());
            assertThrows(FreedTensorException.class, () -> leaked[0].add(returned));
        });
    }

    void liveness() {
        Device d = fresh();
        d.with(() -> {
            int ops = 50;
            Tensor x = Tensor.full(0.5, DType.F32, N);
            var g = Tape.gradients(
                    () -> {
                        Tensor y = x;
                        for (int i = 0; i < ops; i++) y = y.sin();
                        return y.sum();
                    },
                    List.of(x));
            // The fifty values are needed going back; their gradients, one or two at a time.
            long allowed = (ops + 5) * BUFFER;
            long peak = d.memory().peakBytes();
            assertTrue(peak <= allowed, () -> "peak of " + peak + " bytes, expected at most " + allowed);
            assertEquals(N, g.of(x).toFloats().length);
            assertEquals(3, d.memory().liveBuffers());
        });
    }

    void flat() {
        Device d = fresh();
        d.with(() -> {
            Parameter w = Parameter.of(Tensor.full(0.5, DType.F32, 64));
            var live = new ArrayList<Long>();
            for (int step = 0; step < 12; step++) {
                Scope.run(() -> {
                    Tensor x = Tensor.normal(new Rng(7), 8, 64);
                    var g = Tape.gradients(() -> x.mul(w.value()).square().mean(), List.of(w.value()));
                    descend(w, g.of(w));
                });
                live.add(d.memory().liveBuffers());
            }
            assertEquals(Collections.nCopies(12, 1L), live);
        });
    }

    private static void descend(Parameter w, Tensor g) {
        Expr step = Expr.in(0).sub(Expr.in(1).mul(Expr.scalar(0)));
        var op = new Pointwise(Elementwise.update("sgd", 2, List.of(step)), List.of(0.1));
        Parameter.update(op, List.of(w.value(), g), List.of(w));
    }

    void outOfMemory() {
        Device d = fresh().withLimit(10 * BUFFER);
        d.with(() -> {
            Scope.run(() -> {
                Tensor[] held = new Tensor[9];
                for (int i = 0; i < held.length; i++) held[i] = Tensor.ones(N / 64, 64);
                var e = assertThrows(OutOfDeviceMemoryException.class, () -> Tensor.ones(3, N));
                for (String part : List.of(
                        "requested " + 3 * BUFFER + " bytes for f32 [3, " + N + "]",
                        "live " + 9 * BUFFER,
                        "pooled 0",
                        "limit " + 10 * BUFFER,
                        9 * BUFFER + " bytes: f32 [64, 64]"))
                    assertTrue(e.getMessage().contains(part), () -> "no '" + part + "' in: " + e.getMessage());
                assertEquals(1, held[8].toFloats()[0]);
            });
            assertEquals(3, Tensor.ones(3, N).sum(1).div(N).sum().item());
        });
    }

    /// Without a scope the garbage collector is asked before an allocation fails.
    void unreachable() {
        Device d = fresh().withLimit(8 * BUFFER);
        d.with(() -> {
            for (int i = 0; i < 40; i++)
                assertEquals(i, Tensor.full(i, DType.F32, N).toFloats()[N - 1]);
        });
    }

    void transfers() {
        Device d = fresh();
        d.with(() -> {
            float[] f = {0, -0f, Float.NaN, Float.MIN_VALUE, Float.POSITIVE_INFINITY, 0.1f, -3};
            double[] g = {0, -0.0, Double.NaN, Double.MIN_VALUE, Double.NEGATIVE_INFINITY, 0.1, 1e300};
            int[] i = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
            byte[] b = {0, -1, 127, -128, 5};
            assertArrayEquals(f, Tensor.of(f).toFloats());
            assertArrayEquals(g, Tensor.of(g).toDoubles());
            assertArrayEquals(i, Tensor.of(i).toInts());
            assertArrayEquals(new int[] {0, 255, 127, 128, 5}, Tensor.of(b).toInts());
            assertArrayEquals(new float[0], Tensor.of(new float[0], 0, 3).toFloats());
            assertArrayEquals(new int[] {127, 128}, Tensor.of(b).slice(0, 2, 4).toInts());
            assertArrayEquals(new double[] {1e300}, Tensor.of(g).at(6).toDoubles());
            assertArrayEquals(f, Tensor.of(f).to(Reference.device()).to(d).toFloats());
        });
    }

    /// One pass of an optimiser with two moments: three outputs, each of them an input too, and a broadcast
    /// one.
    void update() {
        Expr w = Expr.in(0);
        Expr g = Expr.in(1);
        Expr m = Expr.in(2).mul(0.9).add(g.mul(0.5));
        Expr v = Expr.in(3).mul(0.5).add(g.mul(g));
        Expr step = w.sub(m.mul(Expr.scalar(0)).mul(Expr.in(4)).div(v.sqrt().add(1)));
        var op = new Pointwise(Elementwise.update("moments", 5, List.of(step, m, v)), List.of(0.125));
        for (int n : new int[] {1, 7, 33, 1030}) {
            double[] ws = Evaluation.weights(1, Shape.of(n));
            double[] gs = Evaluation.weights(2, Shape.of(n));
            fresh().with(() -> {
                var p = Parameter.of(Tensor.of(Input.floats(ws)).reshape(n));
                var first = Parameter.buffer(Tensor.full(0.25, DType.F32, n));
                var second = Parameter.buffer(Tensor.full(0.75, DType.F32, n));
                Tensor gradient = Tensor.of(Input.floats(gs)).reshape(n);
                var in = List.of(p.value(), gradient, first.value(), second.value(), Tensor.scalar(2));
                Parameter.update(op, in, List.of(p, first, second));
                for (int i = 0; i < n; i++) {
                    double mi = 0.9 * 0.25 + 0.5 * gs[i];
                    double vi = 0.5 * 0.75 + gs[i] * gs[i];
                    assertEquals(mi, first.value().toFloats()[i], 1e-6, "first moment " + i + " of " + n);
                    assertEquals(vi, second.value().toFloats()[i], 1e-6, "second moment " + i + " of " + n);
                    double wi = ws[i] - mi * 0.125 * 2 / (Math.sqrt(vi) + 1);
                    assertEquals(wi, p.value().toFloats()[i], 1e-6, "weight " + i + " of " + n);
                    if (n > 100) i += 50;
                }
            });
        }
    }

    void threads() throws Exception {
        Device d = fresh();
        List<Callable<float[]>> work = IntStream.range(0, 4)
                .<Callable<float[]>>mapToObj(t -> () -> d.with(() -> task(t)))
                .toList();
        var alone = new ArrayList<float[]>();
        for (var w : work) alone.add(w.call());
        try (var pool = Executors.newFixedThreadPool(4)) {
            var again = new ArrayList<Callable<float[]>>();
            for (int repeat = 0; repeat < 6; repeat++) again.addAll(work);
            var results = pool.invokeAll(again);
            for (int i = 0; i < results.size(); i++)
                assertArrayEquals(alone.get(i % 4), results.get(i).get(), "thread task " + i % 4);
        }
    }

    /// Something else for each `t`, with gradients.
    private static float[] task(int t) {
        var rng = new Rng(t);
        Tensor x = Tensor.normal(rng, 9 + t, 5);
        Tensor w = Tensor.normal(rng, 5, 7);
        var g = Tape.gradients(
                () -> {
                    Tensor y = x.matmul(w);
                    return switch (t) {
                        case 0 -> y.tanh().sum();
                        case 1 -> y.softmax(1).square().sum();
                        case 2 -> y.sigmoid().cumSum(0).mean();
                        default -> y.normalize(1e-3, 0).exp().sum();
                    };
                },
                List.of(x, w));
        float[] a = g.of(x).toFloats();
        float[] b = g.of(w).toFloats();
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    void mixed() {
        Tensor here = fresh().with(() -> Tensor.ones(2));
        Tensor there = Device.of("other", backend).with(() -> Tensor.ones(2));
        var e = assertThrows(DeviceException.class, () -> here.add(there));
        assertEquals(
                "add: inputs are on " + id + " and other: [f32 [2], f32 [2]]; move one with to(device)",
                e.getMessage());
        assertArrayEquals(new float[] {2, 2}, here.add(there.to(here.device())).toFloats());
    }

    void gradientAcrossDevices() {
        Device other = Reference.device();
        fresh().with(() -> {
            Tensor x = Tensor.of(new float[] {1, 2, 3});
            var g = Tape.gradients(() -> x.square().to(other).mul(10).sum(), List.of(x));
            assertEquals(x.device(), g.of(x).device());
            assertArrayEquals(new float[] {20, 40, 60}, g.of(x).toFloats());
        });
    }
}
