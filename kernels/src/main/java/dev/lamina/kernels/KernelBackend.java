package dev.lamina.kernels;

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
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The backend of every GPU: op to kernel text to launch, written once over a driver.
public final class KernelBackend implements Backend {
    private final GpuDriver driver;
    private final Launcher launcher;
    private final Scratch scratch;
    private final PointwiseKernels pointwise;
    private final LayoutKernels layout;
    private final IndexKernels index;
    private final ReduceKernels reduce;
    private final RandomKernels random;
    private final GemmKernels gemm;
    private final ConvKernels conv;
    private final PoolKernels pool;
    private final RowKernels rows;
    private final AttentionKernels attention;

    /// With the tiles that `Tuner` found best for this device, if it ran, otherwise with those of its kind.
    public KernelBackend(GpuDriver driver) {
        this(driver, Tuning.of(driver, new ProgramCache(ProgramCache.defaultFolder(), driver.name())));
    }

    /// With given tiles.
    public KernelBackend(GpuDriver driver, Tuning tuning) {
        this.driver = driver;
        this.launcher = new Launcher(driver);
        scratch = new Scratch(driver);
        pointwise = new PointwiseKernels(launcher);
        layout = new LayoutKernels(launcher);
        index = new IndexKernels(launcher, scratch);
        reduce = new ReduceKernels(launcher, scratch);
        random = new RandomKernels(launcher);
        gemm = new GemmKernels(launcher, scratch, tuning.product(), true);
        conv = new ConvKernels(launcher, scratch, tuning.convolution());
        pool = new PoolKernels(launcher);
        rows = new RowKernels(launcher, scratch);
        attention = new AttentionKernels(launcher);
    }

    /// Measures which tiles are fastest on this device and keeps them for programs that open it from now on.
    public Tuner.Result tune(Consumer<Tuner.Measured> seen) {
        return Tuner.run(driver, new ProgramCache(ProgramCache.defaultFolder(), driver.name()), seen);
    }

    /// Kernels compiled so far.
    public int variants() {
        return launcher.variants();
    }

    @Override
    public Object allocate(DType dtype, long size) {
        return driver.allocate(size * dtype.bytes());
    }

    @Override
    public void free(Object memory) {
        driver.free(memory);
    }

    @Override
    public void upload(MemorySegment from, View to) {
        if (from.byteSize() > 0)
            driver.upload(from, to.memory(), to.offset() * to.dtype().bytes());
    }

    @Override
    public void download(View from, MemorySegment to) {
        if (to.byteSize() > 0)
            driver.download(from.memory(), from.offset() * from.dtype().bytes(), to);
    }

    @Override
    public boolean accelerates(Composite op) {
        return switch (op) {
            case Affine _, Attention _, AttentionGradient _, Softmax _, LogSoftmax _ -> true;
            case Normalize n -> RowKernels.reach(n.axes());
            case NormalizeGradient n -> RowKernels.reach(n.axes());
            case BatchNorm _, BatchNormGradient _, Recurrence _ -> false;
            case SoftmaxCrossEntropy _, SoftmaxCrossEntropyGradient _ -> false;
        };
    }

    @Override
    public void run(Kernel op, List<View> in, List<View> out) {
        if (out.stream().allMatch(v -> v.shape().isEmpty())) return;
        checkDoubles(in, out);
        var profile = Profile.current();
        if (profile != null) profile.begin(op.name(), read(op, in), out);
        View y = out.getFirst();
        switch (op) {
            case Pointwise p -> pointwise.run(p, in, out);
            case Cast _ -> pointwise.cast(in.getFirst(), y);
            case Reduce r -> reduce.run(r, in.getFirst(), y);
            case ArgReduce a -> reduce.arg(a, in.getFirst(), y);
            case CumSum c -> reduce.cumSum(c, in.getFirst(), y);
            case MatMul m -> gemm.run(m, in.get(0), in.get(1), y);
            case Conv2d c -> conv.forward(c.window(), c.groups(), in.get(0), in.get(1), y);
            case Conv2dInput c -> conv.input(c.window(), c.groups(), in.get(0), in.get(1), y);
            case Conv2dWeight c -> conv.weight(c.window(), c.groups(), in.get(0), in.get(1), y);
            case MaxPool2d m -> pool.max(m.window(), in.getFirst(), y, out.get(1));
            case MaxPool2dInput m -> pool.maxInput(m.window(), in.get(0), in.get(1), y);
            case MaxPool2dPick _ -> pool.maxPick(in.get(0), in.get(1), y);
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
            case Affine a -> affine(a, in, y);
            case Attention a -> attention.run(a, in, out);
            case AttentionGradient a -> attention.gradient(a, in, out);
            case Softmax s -> rows.softmax(s.axis(), false, in.getFirst(), y);
            case LogSoftmax s -> rows.softmax(s.axis(), true, in.getFirst(), y);
            case Normalize n -> rows.normalize(n, in.getFirst(), out);
            case NormalizeGradient n -> rows.normalizeGradient(n, in, y);
            case BatchNorm _, BatchNormGradient _, Recurrence _, SoftmaxCrossEntropy _, SoftmaxCrossEntropyGradient _ ->
                throw new IllegalStateException(op.name() + " is not accelerated");
        }
    }

    /// In one launch where the product is tiled; otherwise bias and activation go over it in place.
    private void affine(Affine op, List<View> in, View y) {
        View x = in.get(0);
        View w = in.get(1);
        View bias = in.get(2);
        var epilogue = new Epilogue(op.epilogue(), bias);
        boolean closed = Epilogue.closed(op.epilogue());
        switch (op.linear()) {
            case MatMul m when closed && GemmKernels.finishes(m, y, bias) -> gemm.run(m, x, w, y, epilogue);
            case Conv2d c
            when closed && ConvKernels.finishes(c.window(), c.groups(), x, y, bias) ->
                conv.forward(c.window(), c.groups(), x, w, y, epilogue);
            default -> {
                run(op.linear(), in.subList(0, 2), List.of(y));
                pointwise.run(new Pointwise(op.epilogue()), List.of(y, bias), List.of(y));
            }
        }
    }

    /// Without this a build log would say it, in the driver's words.
    private void checkDoubles(List<View> in, List<View> out) {
        if (driver.limits().f64()) return;
        if (Stream.concat(in.stream(), out.stream()).anyMatch(v -> v.dtype() == DType.F64))
            throw new KernelException("this device has no double precision (fp64); cast to f32, or use the cpu");
    }

    /// The inputs that an op cannot do without: an expression may leave some of them alone.
    private static List<View> read(Kernel op, List<View> in) {
        if (!(op instanceof Pointwise p)) return in;
        return IntStream.range(0, in.size())
                .filter(i -> p.f().outputs().stream().anyMatch(e -> e.uses(i)))
                .mapToObj(in::get)
                .toList();
    }

    @Override
    public void gather(Runnable body) {
        driver.gather(body);
    }

    @Override
    public boolean asynchronous() {
        return true;
    }

    @Override
    public void sync() {
        driver.sync();
    }

    @Override
    public void close() {
        scratch.empty();
        driver.close();
    }
}
