package dev.lamina;

import dev.lamina.backend.Backend.View;
import dev.lamina.op.Composite;
import dev.lamina.op.Concat;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Expr;
import dev.lamina.op.Fill;
import dev.lamina.op.Iota;
import dev.lamina.op.Kernel;
import dev.lamina.op.Op;
import dev.lamina.op.Pointwise;
import dev.lamina.op.Random;
import dev.lamina.op.Reshape;
import dev.lamina.op.Slice;
import dev.lamina.op.Split;
import dev.lamina.op.Transfer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// An immutable, contiguous, row-major array on a device. Never closed by hand: scopes and the garbage
/// collector return its memory. The ops are grouped in the interfaces that this class implements; each is one
/// line over `Tensor.apply`, the only way an op runs.
public final class Tensor implements ElementwiseOps, ReductionOps, LayoutOps, NeuralOps {
    private final Spec spec;
    private final Storage storage;
    private final long offset;
    private IntRange range;

    Tensor(Spec spec, Storage storage, long offset) {
        this.spec = spec;
        this.storage = storage;
        this.offset = offset;
    }

    public Shape shape() {
        return spec.shape();
    }

    public DType dtype() {
        return spec.dtype();
    }

    public Spec spec() {
        return spec;
    }

    public Device device() {
        return storage.device();
    }

    Storage storage() {
        return storage;
    }

    View view() {
        return storage.view(offset, spec);
    }

    /// The least and greatest value of indices that came from the host, where a check costs nothing; else null.
    IntRange range() {
        return range;
    }

    /// Runs an op: checks shapes, types and devices, allocates, executes, records.
    public static List<Tensor> apply(Op op, List<Tensor> in) {
        return apply(op, in, deviceOf(op, in));
    }

    /// Runs an op that may have no inputs on `device`.
    public static List<Tensor> apply(Op op, List<Tensor> in, Device device) {
        OpListener listener = OpListener.Listening.current();
        long start = listener == null ? 0 : System.nanoTime();
        List<Spec> specs = op.infer(specs(in));
        boolean lowered = op instanceof Composite c && !device.accelerates(c);
        List<Tensor> out = switch (op) {
            case Reshape _ -> List.of(in.getFirst().alias(specs.getFirst(), 0));
            case Split _ -> in.getFirst().parts(specs);
            case Transfer t -> List.of(in.getFirst().copyTo(t.to()));
            case Slice s
            when s.viewOffset(in.getFirst().shape()) >= 0 ->
                List.of(in.getFirst()
                        .alias(specs.getFirst(), s.viewOffset(in.getFirst().shape())));
            case Composite c when lowered -> Tape.paused(() -> Scope.call(() -> c.lower(in)));
            case Kernel k -> execute(k, in, specs, device);
        };
        op.record(Tape::record, in, out);
        if (listener != null && !lowered) listener.ran(op, in, out, System.nanoTime() - start);
        return out;
    }

    /// The specs of `tensors`, in order.
    static List<Spec> specs(List<Tensor> tensors) {
        var specs = new ArrayList<Spec>(tensors.size());
        for (Tensor t : tensors) specs.add(t.spec);
        return specs;
    }

    private static List<Tensor> execute(Kernel op, List<Tensor> in, List<Spec> specs, Device device) {
        var out = new ArrayList<Tensor>(specs.size());
        for (Spec s : specs) out.add(device.allocate(s));
        device.run(op, in, out);
        return out;
    }

    /// The device that all inputs are on, the current one for no inputs.
    static Device deviceOf(Op op, List<Tensor> in) {
        if (in.isEmpty()) return Device.current();
        Device d = in.getFirst().device();
        for (Tensor t : in)
            if (t.device() != d)
                throw new DeviceException(op.name() + ": inputs are on " + d + " and " + t.device() + ": " + specs(in)
                        + "; move one with to(device)");
        return d;
    }

    /// Applies an elementwise function; inputs broadcast.
    public static Tensor map(Elementwise f, Tensor... in) {
        return new Pointwise(f).on(in);
    }

    /// Your own elementwise op, with its gradient, on every device: `Tensor.map(v -> v.mul(v).exp(), x)`.
    public static Tensor map(UnaryOperator<Expr> f, Tensor x) {
        return map(Elementwise.of("map", 1, f.apply(Expr.in(0))), x);
    }

    /// Your own elementwise op of two tensors that broadcast.
    public static Tensor map(BinaryOperator<Expr> f, Tensor a, Tensor b) {
        return map(Elementwise.of("map", 2, f.apply(Expr.in(0), Expr.in(1))), a, b);
    }

    /// The same elements, not connected to any tape.
    public Tensor detach() {
        return alias(spec, 0);
    }

    private Tensor alias(Spec s, long from) {
        var t = new Tensor(s, storage, offset + from);
        t.range = range;
        return t;
    }

    /// Views one after the other.
    private List<Tensor> parts(List<Spec> specs) {
        var parts = new ArrayList<Tensor>(specs.size());
        long from = 0;
        for (Spec s : specs) {
            parts.add(alias(s, from));
            from += s.shape().size();
        }
        return parts;
    }

    /// This tensor on another device; itself if it is there already.
    public Tensor to(Device device) {
        return device == device()
                ? this
                : apply(new Transfer(device), List.of(this)).getFirst();
    }

    private Tensor copyTo(Device device) {
        Object host = Host.array(this);
        return upload(device, spec, Host.segment(host), range);
    }

    /// Moves this tensor into the enclosing scope, so that it outlives the current one.
    public Tensor keep() {
        Scope s = Scope.current();
        if (s != null) s.keep(this);
        return this;
    }

    /// Takes this tensor out of all scopes: it lives as long as it is reachable, like a parameter. For what goes
    /// from step to step, such as the state of a recurrent layer.
    public Tensor keepAlive() {
        Scope.disown(storage());
        return this;
    }

    private static Tensor upload(Device device, Spec spec, MemorySegment data, IntRange range) {
        Tensor t = device.allocate(spec);
        device.upload(data, t);
        t.range = range;
        return t;
    }

    private static Shape shapeFor(int length, int... dims) {
        Shape s = Shape.of(dims);
        if (s.size() != length) throw new ShapeException("tensor: " + length + " values for shape " + s);
        return s;
    }

    /// An f32 vector on the current device.
    public static Tensor of(float[] data) {
        return of(data, data.length);
    }

    /// An f64 vector on the current device.
    public static Tensor of(double[] data) {
        return of(data, data.length);
    }

    /// An i32 vector on the current device: indices or labels.
    public static Tensor of(int[] data) {
        return of(data, data.length);
    }

    /// A u8 vector on the current device; the bytes are unsigned.
    public static Tensor of(byte[] data) {
        return of(data, data.length);
    }

    /// An f32 tensor on the current device.
    public static Tensor of(float[] data, int... shape) {
        Spec s = new Spec(shapeFor(data.length, shape), DType.F32);
        return upload(Device.current(), s, MemorySegment.ofArray(data), null);
    }

    /// An f64 tensor on the current device.
    public static Tensor of(double[] data, int... shape) {
        Spec s = new Spec(shapeFor(data.length, shape), DType.F64);
        return upload(Device.current(), s, MemorySegment.ofArray(data), null);
    }

    /// An i32 tensor on the current device: indices or labels.
    public static Tensor of(int[] data, int... shape) {
        Spec s = new Spec(shapeFor(data.length, shape), DType.I32);
        return upload(Device.current(), s, MemorySegment.ofArray(data), IntRange.of(data));
    }

    /// A u8 tensor on the current device; the bytes are unsigned.
    public static Tensor of(byte[] data, int... shape) {
        Spec s = new Spec(shapeFor(data.length, shape), DType.U8);
        return upload(Device.current(), s, MemorySegment.ofArray(data), null);
    }

    public static Tensor scalar(double value) {
        return full(value, DType.F32);
    }

    public static Tensor full(double value, DType dtype, int... shape) {
        return full(value, new Spec(Shape.of(shape), dtype), Device.current());
    }

    static Tensor full(double value, Spec spec, Device device) {
        return apply(new Fill(spec, value), List.of(), device).getFirst();
    }

    public static Tensor zeros(int... shape) {
        return full(0, DType.F32, shape);
    }

    public static Tensor ones(int... shape) {
        return full(1, DType.F32, shape);
    }

    public static Tensor zerosLike(Tensor x) {
        return full(0, x.spec, x.device());
    }

    public static Tensor onesLike(Tensor x) {
        return full(1, x.spec, x.device());
    }

    /// 0, 1, ..., n - 1 as i32.
    public static Tensor arange(int n) {
        return new Iota(new Spec(Shape.of(n), DType.I32), 0).on();
    }

    /// Uniform in [0, 1), f32.
    public static Tensor uniform(Rng rng, int... shape) {
        return random(Random.Kind.UNIFORM, rng, 1, 0, shape);
    }

    /// Standard normal, f32.
    public static Tensor normal(Rng rng, int... shape) {
        return random(Random.Kind.NORMAL, rng, 2, 0, shape);
    }

    /// 1 with probability p, else 0, f32.
    public static Tensor bernoulli(double p, Rng rng, int... shape) {
        return random(Random.Kind.BERNOULLI, rng, 1, p, shape);
    }

    private static Tensor random(Random.Kind kind, Rng rng, int words, double p, int... shape) {
        Spec s = new Spec(Shape.of(shape), DType.F32);
        return new Random(kind, s, p, rng.seed(), rng.reserve(words * s.shape().size())).on();
    }

    /// Joins tensors along `axis`.
    public static Tensor concat(int axis, List<Tensor> tensors) {
        if (tensors.isEmpty()) throw new ShapeException("concat: no tensors given");
        return apply(new Concat(tensors.getFirst().shape().axis("concat", axis)), tensors)
                .getFirst();
    }

    /// Joins tensors of one shape along a new axis.
    public static Tensor stack(int axis, List<Tensor> tensors) {
        return concat(axis, tensors.stream().map(t -> t.unsqueeze(axis)).toList());
    }

    /// The elements as `float[]`; waits for them to be computed. F64 is rounded, integers are converted.
    public float[] toFloats() {
        return Host.floats(this);
    }

    public double[] toDoubles() {
        return Host.doubles(this);
    }

    /// The elements of an i32 or u8 tensor.
    public int[] toInts() {
        return Host.ints(this);
    }

    /// The only element; waits for it to be computed.
    public float item() {
        if (shape().size() != 1) throw new ShapeException("item: needs one element, got " + shape());
        return toFloats()[0];
    }

    @Override
    public String toString() {
        long n = shape().size();
        String head = "Tensor " + spec + " on " + device();
        if (storage.freed()) return head + " (freed)";
        return n > 64 ? head : head + " " + Arrays.toString(toDoubles());
    }
}
