package dev.lamina.testing;

import static dev.lamina.DType.F32;

import dev.lamina.Device;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Composite;
import dev.lamina.op.Kernel;
import dev.lamina.testing.Evaluation.Array;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Runs a kernel on views at odd offsets inside larger allocations that are filled with a pattern: the result
/// must be right, and everything around it, and the inputs, as they were. Numbers of the pattern are large, so
/// that one that is read by mistake shows.
final class GuardCheck {
    private static final byte PATTERN = 0x5A;
    private static final int AFTER = 37;
    private static final int[] BEFORE = {3, 5, 1, 7, 2};

    private final Backend backend;
    private final Device reference = Reference.device();

    GuardCheck(Backend backend) {
        this.backend = backend;
    }

    /// Composites that core lowers never reach the backend.
    boolean applies(OpCase c) {
        return c.op() != null && (!(c.op().apply(F32) instanceof Composite k) || backend.accelerates(k));
    }

    /// A view with `before` elements ahead of it in its allocation.
    private final class Guarded {
        final View view;
        final int before;
        final byte[] bytes;

        Guarded(Spec spec, int before) {
            this.before = before;
            long n = before + spec.shape().size() + AFTER;
            view = new View(backend.allocate(spec.dtype(), n), before, spec);
            bytes = new byte[Math.toIntExact(n * spec.dtype().bytes())];
            Arrays.fill(bytes, PATTERN);
        }

        private View whole() {
            int n = bytes.length / view.dtype().bytes();
            return new View(view.memory(), 0, new Spec(Shape.of(n), view.dtype()));
        }

        /// The host bytes of the view itself.
        MemorySegment inside() {
            return MemorySegment.ofArray(bytes)
                    .asSlice((long) before * view.dtype().bytes(), view.spec().bytes());
        }

        void upload() {
            backend.upload(MemorySegment.ofArray(bytes), whole());
        }

        byte[] download() {
            byte[] now = new byte[bytes.length];
            backend.download(whole(), MemorySegment.ofArray(now));
            return now;
        }
    }

    void check(OpCase c) {
        Kernel op = c.op().apply(F32);
        var expected = new Evaluation(c, reference, F32).forward();
        var in = new ArrayList<Guarded>();
        var out = new ArrayList<Guarded>();
        List<double[]> values = c.values();
        for (int i = 0; i < values.size(); i++) {
            var spec = new Spec(c.in().get(i).shape(), c.type(i, F32));
            var g = new Guarded(spec, BEFORE[i % BEFORE.length]);
            fill(g, values.get(i));
            in.add(g);
        }
        for (Array e : expected) out.add(new Guarded(e.spec(), BEFORE[(in.size() + out.size()) % BEFORE.length]));
        in.forEach(Guarded::upload);
        out.forEach(Guarded::upload);
        backend.run(
                op,
                in.stream().map(g -> g.view).toList(),
                out.stream().map(g -> g.view).toList());
        var got = new ArrayList<Array>();
        for (int o = 0; o < out.size(); o++) got.add(result(c, out.get(o), o));
        for (int i = 0; i < in.size(); i++)
            if (!Arrays.equals(in.get(i).bytes, in.get(i).download()))
                throw new AssertionError(c + " / guards: input " + i + " was changed, seed " + c.seed());
        var tolerance = c.is(OpCase.Trait.EXACT) ? Comparison.exact() : Comparison.ofLargest(10 * c.rtol(), expected);
        new Comparison(c, "guards (views at odd offsets)").equal(expected, got, tolerance);
        in.forEach(g -> backend.free(g.view.memory()));
        out.forEach(g -> backend.free(g.view.memory()));
    }

    private void fill(Guarded g, double[] values) {
        MemorySegment from = switch (g.view.dtype()) {
            case F32 -> MemorySegment.ofArray(Input.floats(values));
            case F64 -> MemorySegment.ofArray(values);
            case I32 -> MemorySegment.ofArray(Input.ints(values));
            case U8 -> MemorySegment.ofArray(Input.bytes(values));
        };
        g.inside().copyFrom(from);
    }

    /// The elements inside, after a look at those around.
    private Array result(OpCase c, Guarded g, int output) {
        byte[] now = g.download();
        int size = g.view.dtype().bytes();
        int from = g.before * size;
        int to = from + Math.toIntExact(g.view.spec().bytes());
        for (int b = 0; b < now.length; b++)
            if ((b < from || b >= to) && now[b] != PATTERN)
                throw new AssertionError(c + " / guards: output " + output + ": element "
                        + (Math.floorDiv(b - from, size)) + " was written, but it has only "
                        + g.view.shape().size() + ", seed " + c.seed());
        System.arraycopy(now, 0, g.bytes, 0, now.length);
        MemorySegment s = g.inside();
        double[] values = new double[Math.toIntExact(g.view.shape().size())];
        for (int i = 0; i < values.length; i++)
            values[i] = switch (g.view.dtype()) {
                case F32 -> s.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
                case F64 -> s.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8L * i);
                case I32 -> s.get(ValueLayout.JAVA_INT_UNALIGNED, 4L * i);
                case U8 -> s.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
            };
        return new Array(g.view.spec(), values);
    }
}
