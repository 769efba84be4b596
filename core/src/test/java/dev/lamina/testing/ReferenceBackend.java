package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.backend.Backend;
import dev.lamina.op.ArgReduce;
import dev.lamina.op.AvgPool2d;
import dev.lamina.op.AvgPool2dInput;
import dev.lamina.op.BroadcastTo;
import dev.lamina.op.Cast;
import dev.lamina.op.Composite;
import dev.lamina.op.Concat;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Conv2dInput;
import dev.lamina.op.Conv2dWeight;
import dev.lamina.op.CumSum;
import dev.lamina.op.Dropout;
import dev.lamina.op.Fill;
import dev.lamina.op.Gather;
import dev.lamina.op.Iota;
import dev.lamina.op.Kernel;
import dev.lamina.op.MatMul;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.MaxPool2dInput;
import dev.lamina.op.MaxPool2dPick;
import dev.lamina.op.Permute;
import dev.lamina.op.Place;
import dev.lamina.op.Pointwise;
import dev.lamina.op.Random;
import dev.lamina.op.Reduce;
import dev.lamina.op.ScatterAdd;
import dev.lamina.op.Slice;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// What every op means: one scalar loop each, sums in binary64, written to be read and not to be fast. Memory
/// is a primitive array of the element type. Other backends are compared with this one.
public final class ReferenceBackend implements Backend {
    /// Fresh memory is filled with this, so that an element that a kernel forgets does not pass for a zero.
    private static final int GARBAGE = 0x5B;

    @Override
    public Object allocate(DType dtype, long size) {
        int n = Math.toIntExact(size);
        return switch (dtype) {
            case F32 -> {
                var a = new float[n];
                Arrays.fill(a, GARBAGE);
                yield a;
            }
            case F64 -> {
                var a = new double[n];
                Arrays.fill(a, GARBAGE);
                yield a;
            }
            case I32 -> {
                var a = new int[n];
                Arrays.fill(a, GARBAGE);
                yield a;
            }
            case U8 -> {
                var a = new byte[n];
                Arrays.fill(a, (byte) GARBAGE);
                yield a;
            }
        };
    }

    @Override
    public void free(Object memory) {}

    @Override
    public void upload(MemorySegment from, View to) {
        MemorySegment.copy(from, 0, segment(to), 0, to.spec().bytes());
    }

    @Override
    public void download(View from, MemorySegment to) {
        MemorySegment.copy(segment(from), 0, to, 0, from.spec().bytes());
    }

    private static MemorySegment segment(View v) {
        MemorySegment all = switch (v.memory()) {
            case float[] a -> MemorySegment.ofArray(a);
            case double[] a -> MemorySegment.ofArray(a);
            case int[] a -> MemorySegment.ofArray(a);
            case byte[] a -> MemorySegment.ofArray(a);
            default ->
                throw new IllegalArgumentException(
                        "not reference memory: " + v.memory().getClass());
        };
        return all.asSlice(v.offset() * v.dtype().bytes(), v.spec().bytes());
    }

    @Override
    public void run(Kernel op, List<View> in, List<View> out) {
        run(
                op,
                in.stream().map(Cells::new).toList(),
                out.stream().map(Cells::new).toArray(Cells[]::new));
    }

    private static void run(Kernel op, List<Cells> in, Cells[] out) {
        Cells y = out[0];
        switch (op) {
            case Pointwise p -> PointwiseReference.run(p, in, out);
            case Reduce r -> ReductionReference.reduce(r, in.getFirst(), y);
            case ArgReduce r -> ReductionReference.argReduce(r, in.getFirst(), y);
            case CumSum c -> ReductionReference.cumSum(c, in.getFirst(), y);
            case Cast _ -> LayoutReference.copy(in.getFirst(), y);
            case Fill f -> LayoutReference.fill(f, y);
            case Iota i -> LayoutReference.iota(i, y);
            case BroadcastTo _ -> LayoutReference.broadcast(in.getFirst(), y);
            case Permute p -> LayoutReference.permute(p, in.getFirst(), y);
            case Slice s -> LayoutReference.slice(s, in.getFirst(), y);
            case Place p -> LayoutReference.place(p, in.getFirst(), y);
            case Concat c -> LayoutReference.concat(c, in, y);
            case Gather g -> IndexReference.gather(g, in.get(0), in.get(1), y);
            case ScatterAdd s -> IndexReference.scatterAdd(s, in.get(0), in.get(1), y);
            case MatMul m -> ProductReference.matmul(m, in.get(0), in.get(1), y);
            case Conv2d c -> ProductReference.conv(c, in.get(0), in.get(1), y);
            case Conv2dInput c -> ProductReference.convInput(c, in.get(0), in.get(1), y);
            case Conv2dWeight c -> ProductReference.convWeight(c, in.get(0), in.get(1), y);
            case MaxPool2d p -> PoolReference.max(p, in.getFirst(), y, out[1]);
            case MaxPool2dInput _ -> PoolReference.maxInput(in.get(0), in.get(1), y);
            case MaxPool2dPick _ -> PoolReference.pick(in.get(0), in.get(1), y);
            case AvgPool2d p -> PoolReference.average(p, in.getFirst(), y);
            case AvgPool2dInput p -> PoolReference.averageInput(p, in.getFirst(), y);
            case Random r -> RandomReference.random(r, y);
            case Dropout d -> RandomReference.dropout(d, in.getFirst(), y);
            case Composite c ->
                throw new IllegalStateException(c.name() + ": a composite is its meaning here, which core runs");
        }
    }

    @Override
    public void sync() {}

    @Override
    public void close() {}
}
