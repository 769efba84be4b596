package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// All steps of one layer of a recurrent network in one direction.
///
/// Inputs, with g gates, hidden size n, output size p (= n without a projection), b sequences, and r rows of
/// all steps together:
/// - the product of the inputs with their weights, and biases, for all steps at once, `[g, r, n]`;
/// - the weights of the state `[g, n, p]`, and the initial state `[b, p]`;
/// - for an LSTM the initial cell state `[b, n]`;
/// - further vectors `[extras, n]`, for a cell that has them;
/// - the weights of the projection `[p, n]`, for a cell that has one.
///
/// Outputs: the output of every step `[r, p]`, the last state of each sequence `[b, p]`, for an LSTM the last
/// cell state `[b, n]`, and what the gradient needs of each step, if it is kept.
///
/// A step is one product and one elementwise kernel, and so is a step of the gradient; the gradient of the
/// weights is one product over all steps.
///
/// @param keeps whether outputs follow that only the gradient needs
public record Recurrence(Cell cell, Steps steps, boolean keeps) implements Composite {
    @Override
    public String name() {
        return cell.name().toLowerCase(Locale.ROOT);
    }

    /// The inputs by name.
    record Inputs(Tensor x, Tensor weight, Tensor h, Tensor c, Tensor extras, Tensor projection) {
        static Inputs of(Cell cell, List<Tensor> in) {
            int at = 3;
            Tensor c = cell.memory() ? in.get(at++) : null;
            Tensor extras = cell.extras() > 0 ? in.get(at++) : null;
            Tensor projection = cell.projected() ? in.get(at) : null;
            return new Inputs(in.get(0), in.get(1), in.get(2), c, extras, projection);
        }
    }

    private int inputs() {
        return 3 + (cell.memory() ? 1 : 0) + (cell.extras() > 0 ? 1 : 0) + (cell.projected() ? 1 : 0);
    }

    /// Outputs in front of those that are kept.
    int results() {
        return cell.memory() ? 3 : 2;
    }

    /// Tensors that are kept of each step: what the cell says, its `c`, and an output before its projection.
    int keptOfStep() {
        return cell.kept() + (cell.memory() ? 1 : 0) + (cell.projected() ? 1 : 0);
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        Check.count(name(), in, inputs());
        DType t = Check.floating(name(), in);
        Check.rank(name(), "gates, rows, hidden", in.get(0).shape());
        int hidden = in.get(0).shape().dim(2);
        int size = cell.projected() ? in.get(1).shape().dim(-1) : hidden;
        int batch = steps.batch();
        Shape x = Shape.of(cell.gates(), steps.rows(), hidden);
        Check.equal(name(), "the product of the inputs", x, in.get(0).shape());
        Check.equal(
                name(),
                "the weights of the state",
                Shape.of(cell.gates(), hidden, size),
                in.get(1).shape());
        Check.equal(
                name(), "the initial state", Shape.of(batch, size), in.get(2).shape());
        int at = 3;
        Shape memory = Shape.of(batch, hidden);
        if (cell.memory())
            Check.equal(name(), "the initial cell state", memory, in.get(at++).shape());
        Shape extras = Shape.of(cell.extras(), hidden);
        if (cell.extras() > 0)
            Check.equal(name(), "the further vectors", extras, in.get(at++).shape());
        Shape projection = Shape.of(size, hidden);
        if (cell.projected())
            Check.equal(name(), "the projection", projection, in.get(at).shape());
        var out = new ArrayList<Spec>();
        out.add(new Spec(Shape.of(steps.rows(), size), t));
        out.add(new Spec(Shape.of(batch, size), t));
        if (cell.memory()) out.add(new Spec(memory, t));
        if (keeps)
            for (int n : steps.sizes())
                for (int k = 0; k < keptOfStep(); k++) out.add(new Spec(Shape.of(n, hidden), t));
        return out;
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        return run(Inputs.of(cell, in), true);
    }

    /// The gradient step by step, from what was kept. To be differentiated again, or where somebody uses what
    /// was kept, it is that of the meaning in plain ops.
    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        boolean plain = !keeps || Tape.recording();
        for (int k = results(); k < dOut.size(); k++) plain |= dOut.get(k) != null;
        if (plain) return Tape.pullback(all -> run(Inputs.of(cell, all), false), in, dOut);
        return new RecurrenceGradient(this, Inputs.of(cell, in), out, dOut).all();
    }

    /// @param fused all outputs of a step in one kernel, which has no gradient
    private List<Tensor> run(Inputs in, boolean fused) {
        int count = steps.count();
        boolean transpose = fused && count > 2; // once for all steps
        Tensor weight = transpose ? in.weight.permute(0, 2, 1) : in.weight;
        Tensor[][] products = products(in.x);
        List<Tensor> extras = rows(in.extras);
        Tensor[] h = new Tensor[count];
        Tensor[] c = new Tensor[count];
        Tensor[][] kept = new Tensor[count][];
        for (int k = 0; k < count; k++) {
            int t = steps.at(k);
            Tensor before = steps.previous(t, Arrays.asList(h), in.h);
            Tensor carried = cell.memory() ? steps.previous(t, Arrays.asList(c), in.c) : before;
            var args = new ArrayList<>(List.of(products[t]));
            args.addAll(rows(before.unsqueeze(0).matmul(weight, false, !transpose)));
            args.add(carried);
            args.addAll(extras);
            List<Tensor> out =
                    fused ? Tensor.apply(new Pointwise(cell.forward()), args) : new PlainExpr(args).all(cell.forward());
            Tensor full = out.getLast();
            h[t] = cell.projected() ? full.matmul(in.projection, false, true) : full;
            if (cell.memory()) c[t] = out.get(out.size() - 2);
            kept[t] = out.subList(0, keptOfStep()).toArray(Tensor[]::new);
        }
        return outputs(List.of(h), Arrays.asList(c), kept);
    }

    private List<Tensor> outputs(List<Tensor> h, List<Tensor> c, Tensor[][] kept) {
        var out = new ArrayList<Tensor>();
        out.add(h.size() == 1 ? h.getFirst() : Tensor.concat(0, h));
        out.add(steps.last(h));
        if (cell.memory()) out.add(steps.last(c));
        if (keeps) for (Tensor[] step : kept) out.addAll(List.of(step));
        return out;
    }

    /// The product of the inputs by step and gate.
    private Tensor[][] products(Tensor x) {
        int gates = cell.gates();
        int hidden = x.shape().dim(2);
        int[] from = steps.starts();
        boolean views = !Tape.recording();
        Tensor[][] parts = new Tensor[steps.count()][gates];
        var bySteps = views ? null : Tensor.apply(new Split(steps.sizes()), List.of(x.permute(1, 0, 2)));
        for (int t = 0; t < parts.length; t++) {
            int n = steps.sizes().get(t);
            if (views)
                for (int g = 0; g < gates; g++)
                    parts[t][g] = new Slice(List.of(g, from[t], 0), Shape.of(1, n, hidden))
                            .on(x)
                            .reshape(Shape.of(n, hidden));
            else parts[t] = rows(bySteps.get(t).permute(1, 0, 2)).toArray(Tensor[]::new);
        }
        return parts;
    }

    /// The parts along the first axis, which is dropped; none of null.
    static List<Tensor> rows(Tensor x) {
        if (x == null) return List.of();
        Shape part = x.shape().remove(0);
        var ones = Collections.nCopies(x.shape().dim(0), 1);
        return Tensor.apply(new Split(ones), List.of(x)).stream()
                .map(v -> v.reshape(part))
                .toList();
    }
}
