package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.backend.Backend;
import dev.lamina.op.Affine;
import dev.lamina.op.ArgReduce;
import dev.lamina.op.Attention;
import dev.lamina.op.AttentionGradient;
import dev.lamina.op.AvgPool2d;
import dev.lamina.op.AvgPool2dInput;
import dev.lamina.op.BatchNorm;
import dev.lamina.op.BatchNormGradient;
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
import dev.lamina.op.LogSoftmax;
import dev.lamina.op.MatMul;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.MaxPool2dInput;
import dev.lamina.op.MaxPool2dPick;
import dev.lamina.op.Normalize;
import dev.lamina.op.NormalizeGradient;
import dev.lamina.op.Permute;
import dev.lamina.op.Place;
import dev.lamina.op.Pointwise;
import dev.lamina.op.Random;
import dev.lamina.op.Recurrence;
import dev.lamina.op.Reduce;
import dev.lamina.op.ScatterAdd;
import dev.lamina.op.Slice;
import dev.lamina.op.Softmax;
import dev.lamina.op.SoftmaxCrossEntropy;
import dev.lamina.op.SoftmaxCrossEntropyGradient;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Runs ops on the CPU. Memory is a primitive array of the element type. Each op goes to the class that knows
/// its family; f32, which layers compute in, has loops of its own and the other types share plain ones over
/// [Elements].
final class CpuBackend implements Backend {
    private final PointwiseKernels pointwise;
    private final ReduceKernels reduce;
    private final MatMulKernels matMul;
    private final ConvKernels conv;
    private final PoolKernels pool;
    private final LayoutKernels layout;
    private final IndexKernels index;
    private final RandomKernels random;
    private final SoftmaxKernels softmax;
    private final CrossEntropyKernels crossEntropy;
    private final NormalizeKernels normalize;
    private final BatchNormKernels batchNorm;
    private final AttentionKernels attention;

    CpuBackend(Simd simd, Workers workers) {
        pointwise = new PointwiseKernels(simd, workers);
        reduce = new ReduceKernels(simd, workers);
        matMul = new MatMulKernels(simd, workers);
        conv = new ConvKernels(simd, workers);
        pool = new PoolKernels(simd, workers);
        layout = new LayoutKernels(workers);
        index = new IndexKernels(simd, workers);
        random = new RandomKernels(workers);
        softmax = new SoftmaxKernels(simd, workers);
        crossEntropy = new CrossEntropyKernels(simd, workers);
        normalize = new NormalizeKernels(simd, workers, pointwise, reduce);
        batchNorm = new BatchNormKernels(simd, workers, pointwise, reduce, normalize);
        attention = new AttentionKernels(simd, workers);
    }

    @Override
    public Object allocate(DType dtype, long size) {
        if (size > Integer.MAX_VALUE - 8)
            throw new OutOfMemory("cpu: a tensor has at most 2^31 - 9 elements, not " + size, null);
        int n = (int) size;
        try {
            return switch (dtype) {
                case F32 -> new float[n];
                case F64 -> new double[n];
                case I32 -> new int[n];
                case U8 -> new byte[n];
            };
        } catch (OutOfMemoryError e) {
            throw new OutOfMemory("cpu: the Java heap has no room for " + size + " " + dtype, e);
        }
    }

    @Override
    public void free(Object memory) {} // the garbage collector does

    @Override
    public void upload(MemorySegment from, View to) {
        MemorySegment.copy(
                from,
                0,
                elements(to),
                to.offset() * to.dtype().bytes(),
                to.spec().bytes());
    }

    @Override
    public void download(View from, MemorySegment to) {
        MemorySegment.copy(
                elements(from),
                from.offset() * from.dtype().bytes(),
                to,
                0,
                from.spec().bytes());
    }

    private static MemorySegment elements(View v) {
        return switch (v.dtype()) {
            case F32 -> MemorySegment.ofArray((float[]) v.memory());
            case F64 -> MemorySegment.ofArray((double[]) v.memory());
            case I32 -> MemorySegment.ofArray((int[]) v.memory());
            case U8 -> MemorySegment.ofArray((byte[]) v.memory());
        };
    }

    @Override
    public boolean accelerates(Composite op) {
        return switch (op) {
            case Affine _, Attention _, AttentionGradient _, Softmax _, LogSoftmax _ -> true;
            case BatchNorm _, BatchNormGradient _, Normalize _, NormalizeGradient _ -> true;
            case SoftmaxCrossEntropy _, SoftmaxCrossEntropyGradient _ -> true;
            case Recurrence _ -> false;
        };
    }

    @Override
    public void run(Kernel op, List<View> in, List<View> out) {
        if (empty(out)) return;
        View y = out.getFirst();
        switch (op) {
            case Pointwise p -> pointwise.run(p, in, out);
            case Cast _ -> pointwise.cast(in.getFirst(), y);
            case Reduce r -> reduce.run(r, in.getFirst(), y);
            case ArgReduce a -> reduce.arg(a, in.getFirst(), y);
            case CumSum c -> reduce.cumSum(c, in.getFirst(), y);
            case MatMul m -> matMul.run(m, in.get(0), in.get(1), y);
            case Conv2d c -> conv.forward(c.window(), c.groups(), in.get(0), in.get(1), y, Epilogue.NONE);
            case Conv2dInput c -> conv.input(c.window(), c.groups(), in.get(0), in.get(1), y);
            case Conv2dWeight c -> conv.weight(c.window(), c.groups(), in.get(0), in.get(1), y);
            case MaxPool2d m -> pool.max(m.window(), in.getFirst(), y, out.get(1));
            case MaxPool2dInput m -> pool.maxInput(m.window(), in.get(0), in.get(1), y);
            case MaxPool2dPick m -> pool.maxPick(m.window(), in.get(0), in.get(1), y);
            case AvgPool2d a -> pool.avg(a.window(), a.includePad(), in.getFirst(), y);
            case AvgPool2dInput a -> pool.avgInput(a.window(), a.includePad(), in.getFirst(), y);
            case Permute p -> layout.permute(p, in.getFirst(), y);
            case BroadcastTo _ -> layout.broadcast(in.getFirst(), y);
            case Slice s -> layout.slice(s, in.getFirst(), y);
            case Place p -> layout.place(p, in.getFirst(), y);
            case Concat c -> layout.concat(c, in, y);
            case Fill f -> layout.fill(f.value(), y);
            case Iota i -> layout.iota(i, y);
            case Gather g -> index.gather(g, in.get(0), in.get(1), y);
            case ScatterAdd s -> index.scatterAdd(s, in.get(0), in.get(1), y);
            case Random r -> random.random(r, y);
            case Dropout d -> random.dropout(d, in.getFirst(), y);
            case Affine a -> affine(a, in, out);
            case Attention a -> attention.run(a, in, out);
            case AttentionGradient a -> attention.gradient(a, in, out);
            case Softmax s -> softmax.run(s.axis(), false, in.getFirst(), y);
            case LogSoftmax s -> softmax.run(s.axis(), true, in.getFirst(), y);
            case SoftmaxCrossEntropy s -> crossEntropy.forward(s, in.get(0), in.get(1), y);
            case SoftmaxCrossEntropyGradient s -> crossEntropy.gradient(s, in.get(0), in.get(1), in.get(2), y);
            case Normalize n -> normalize.forward(n, in.getFirst(), y, out.get(1), out.get(2));
            case NormalizeGradient n -> normalize.gradient(n, in.get(0), in.get(1), in.get(2), y);
            case BatchNorm b -> batchNorm.forward(b, in, out);
            case BatchNormGradient _ -> batchNorm.gradient(in, out);
            case Recurrence _ -> throw new IllegalStateException(op.name() + " is not accelerated");
        }
    }

    private void affine(Affine op, List<View> in, List<View> out) {
        View y = out.getFirst();
        if (op.linear() instanceof Conv2d c) {
            var epilogue = Epilogue.of(pointwise, op, in.get(2), y);
            boolean done = conv.forward(c.window(), c.groups(), in.get(0), in.get(1), y, epilogue);
            if (done && epilogue != Epilogue.NONE) return;
        } else run(op.linear(), in.subList(0, 2), out);
        pointwise.run(new Pointwise(op.epilogue()), List.of(y, in.get(2)), out);
    }

    private static boolean empty(List<View> views) {
        for (View v : views) if (!v.shape().isEmpty()) return false;
        return true;
    }

    @Override
    public void sync() {}

    @Override
    public void close() {}
}
