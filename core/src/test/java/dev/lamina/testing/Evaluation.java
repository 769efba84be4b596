package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// A case on a device in one type: its outputs, the gradient of a random projection of them, and the gradient
/// of a random projection of that gradient. A projection makes one number of any outputs, so that one
/// comparison covers every element.
final class Evaluation {
    private final OpCase c;
    private final Device device;
    private final DType compute;
    private final List<double[]> values;

    Evaluation(OpCase c, Device device, DType compute) {
        this(c, device, compute, c.values());
    }

    Evaluation(OpCase c, Device device, DType compute, List<double[]> values) {
        this.c = c;
        this.device = device;
        this.compute = compute;
        this.values = values;
    }

    List<Array> forward() {
        return arrays(() -> c.apply(device, compute, inputs()));
    }

    /// The gradients with respect to the differentiable inputs.
    List<Array> gradient() {
        return arrays(() -> {
            var in = inputs();
            return Tape.gradients(() -> loss(in), active(in)).all();
        });
    }

    List<Array> secondGradient() {
        return arrays(() -> {
            var in = inputs();
            var of = active(in);
            return Tape.gradients(() -> projectedGradient(in), of).all();
        });
    }

    /// The projection of the outputs, whose gradient `gradient` is.
    double loss() {
        return one(() -> loss(inputs()));
    }

    /// The projection of the gradient, whose gradient `secondGradient` is.
    double projectedGradient() {
        return one(() -> projectedGradient(inputs()));
    }

    private List<Tensor> inputs() {
        return c.tensors(device, compute, values);
    }

    private List<Tensor> active(List<Tensor> in) {
        return Arrays.stream(c.differentiable()).mapToObj(in::get).toList();
    }

    private Tensor loss(List<Tensor> in) {
        return project(c.apply(device, compute, in), 0x10);
    }

    private Tensor projectedGradient(List<Tensor> in) {
        return project(Tape.gradients(() -> loss(in), active(in)).all(), 0x20);
    }

    /// The sum of the floating-point elements with random weights of magnitude 1/2 to 1, in the widest type
    /// that is compared: f64 for the reference.
    private Tensor project(List<Tensor> tensors, int stream) {
        Tensor sum = null;
        for (int i = 0; i < tensors.size(); i++) {
            Tensor t = tensors.get(i);
            if (!t.dtype().floating()) continue;
            double[] w = weights(c.seed() + stream + i, t.shape());
            Tensor part = t.cast(compute)
                    .mul(Input.tensor(device, t.shape(), compute, w))
                    .sum();
            sum = sum == null ? part : sum.add(part);
        }
        return sum;
    }

    static double[] weights(long seed, Shape shape) {
        var rng = new Rng(seed);
        double[] w = new double[Math.toIntExact(shape.size())];
        for (int i = 0; i < w.length; i++) {
            double v = 0.5 + 0.5 * rng.nextFloat();
            w[i] = (float) (rng.nextInt(2) == 0 ? v : -v);
        }
        return w;
    }

    private List<Array> arrays(Supplier<List<Tensor>> body) {
        return Scope.call(() -> device.with(() -> {
            var all = new ArrayList<Array>();
            for (Tensor t : body.get()) all.add(new Array(t.spec(), t.toDoubles()));
            return all;
        }));
    }

    private double one(Supplier<Tensor> body) {
        return Scope.call(() -> device.with(() -> body.get().toDoubles()[0]));
    }

    /// A tensor on the host.
    record Array(Spec spec, double[] values) {
        /// True if every bit is the same.
        static boolean identical(List<Array> a, List<Array> b) {
            if (a.size() != b.size()) return false;
            for (int i = 0; i < a.size(); i++)
                if (!a.get(i).spec.equals(b.get(i).spec) || !Arrays.equals(a.get(i).values, b.get(i).values))
                    return false;
            return true;
        }
    }
}
