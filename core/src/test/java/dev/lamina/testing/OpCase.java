package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.op.Kernel;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// One op with inputs: everything that the kit checks is checked on such a case.
///
/// @param op the op for the type that a check computes in; null for a function made of several ops
/// @param in the inputs
/// @param rtol the relative error allowed in f32
/// @param scale the magnitude below which that error is absolute; ignored with `Trait.MULTILINEAR`
/// @param constant inputs that no gradient is taken of, because the op jumps there
/// @param finite inputs that stay finite in the check of NaN and infinity
public record OpCase(
        String name,
        Function<DType, Kernel> op,
        Function<List<Tensor>, List<Tensor>> body,
        List<Input> in,
        double rtol,
        double scale,
        Set<Integer> constant,
        Set<Integer> finite,
        Set<Trait> traits) {
    /// What a check must know about a case.
    enum Trait {
        /// Linear in each input, so the op applied to absolute values bounds the terms that were summed: errors
        /// are relative to that, which is the condition of the sum.
        MULTILINEAR,
        /// Moves or compares only: no error at all.
        EXACT,
        /// Has the types it is given with, and is not repeated in f64.
        FIXED_TYPES,
        /// At a kink or a jump: the gradient is compared with the reference's but not with finite differences.
        KINK,
        /// The gradient itself has a kink here.
        SECOND_KINK
    }

    private static final double RTOL = 1e-5;
    private static final double SCALE = 0.1;

    static OpCase of(String name, Kernel op, Input... in) {
        return of(name, _ -> op, in);
    }

    static OpCase of(String name, Function<DType, Kernel> op, Input... in) {
        Set<Trait> none = EnumSet.noneOf(Trait.class);
        return new OpCase(name, op, null, List.of(in), RTOL, SCALE, Set.of(), Set.of(), none);
    }

    /// A function of tensors that is made of several ops.
    static OpCase function(String name, Function<List<Tensor>, List<Tensor>> body, Input... in) {
        Set<Trait> none = EnumSet.noneOf(Trait.class);
        return new OpCase(name, null, body, List.of(in), RTOL, SCALE, Set.of(), Set.of(), none);
    }

    /// A function of one tensor.
    static OpCase method(String name, UnaryOperator<Tensor> body, Input in) {
        return function(name, x -> List.of(body.apply(x.getFirst())), in);
    }

    OpCase with(Trait first, Trait... rest) {
        var all = EnumSet.of(first, rest);
        all.addAll(traits);
        return new OpCase(name, op, body, in, rtol, scale, constant, finite, all);
    }

    OpCase tolerance(double newRtol, double newScale) {
        return new OpCase(name, op, body, in, newRtol, newScale, constant, finite, traits);
    }

    OpCase constant(Integer... inputs) {
        return new OpCase(name, op, body, in, rtol, scale, Set.of(inputs), finite, traits);
    }

    OpCase finite(Integer... inputs) {
        return new OpCase(name, op, body, in, rtol, scale, constant, Set.of(inputs), traits);
    }

    boolean is(Trait t) {
        return traits.contains(t);
    }

    /// The seed of all numbers in this case; the same in every run, and named in every failure.
    long seed() {
        return name.hashCode();
    }

    /// The elements of each input.
    List<double[]> values() {
        var rng = new Rng(seed());
        return in.stream().map(i -> i.make(rng)).toList();
    }

    DType type(int input, DType compute) {
        DType own = in.get(input).dtype();
        return own.floating() && !is(Trait.FIXED_TYPES) ? compute : own;
    }

    List<Tensor> tensors(Device device, DType compute, List<double[]> values) {
        return IntStream.range(0, in.size())
                .mapToObj(i -> Input.tensor(device, in.get(i).shape(), type(i, compute), values.get(i)))
                .toList();
    }

    List<Tensor> apply(Device device, DType compute, List<Tensor> tensors) {
        return op == null ? device.with(() -> body.apply(tensors)) : Tensor.apply(op.apply(compute), tensors, device);
    }

    /// Inputs that a gradient is taken of.
    int[] differentiable() {
        return IntStream.range(0, in.size())
                .filter(i -> in.get(i).dtype().floating() && !constant.contains(i))
                .toArray();
    }

    /// The op that this is a case of: the first word of its name.
    String group() {
        int end = name.indexOf(' ');
        return end < 0 ? name : name.substring(0, end);
    }

    /// Elements of all inputs together.
    int elements() {
        return in.stream().mapToInt(Input::size).sum();
    }

    @Override
    public String toString() {
        return name + " " + Arrays.toString(in.stream().map(Input::shape).toArray());
    }
}
