package dev.lamina.train;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.scalar;

import dev.lamina.Gradients;
import dev.lamina.Parameter;
import dev.lamina.Tensor;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Pointwise;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/// The mean loss and gradients of several batches, weighted by their samples, summed in place.
final class Accumulator {
    private static final Elementwise FIRST = Elementwise.update("accumulate_first", 1, List.of(in(0).mul(scalar(0))));
    private static final Elementwise NEXT =
            Elementwise.update("accumulate", 2, List.of(in(0).add(in(1).mul(scalar(0)))));

    private final List<Parameter> sums = new ArrayList<>();
    private int samples;

    void add(Gradients g, int n) {
        add(0, g.loss(), n);
        for (int i = 0; i < g.all().size(); i++) add(i + 1, g.all().get(i), n);
        samples += n;
    }

    private void add(int i, Tensor x, int n) {
        if (i == sums.size()) sums.add(Parameter.buffer(Tensor.zerosLike(x)));
        Parameter sum = sums.get(i);
        var weight = List.of((double) n);
        if (samples == 0) Parameter.update(new Pointwise(FIRST, weight), List.of(x), List.of(sum));
        else Parameter.update(new Pointwise(NEXT, weight), List.of(sum.value(), x), List.of(sum));
    }

    int samples() {
        return samples;
    }

    /// The means, valid until the next `add`, which begins anew.
    Gradients mean(List<Parameter> of) {
        for (Parameter s : sums)
            Parameter.update(new Pointwise(FIRST, List.of(1.0 / samples)), List.of(s.value()), List.of(s));
        samples = 0;
        var byTensor = new IdentityHashMap<Tensor, Tensor>();
        for (int i = 0; i < of.size(); i++)
            byTensor.put(of.get(i).value(), sums.get(i + 1).value());
        var all = sums.stream().skip(1).map(Parameter::value).toList();
        return new Gradients(sums.getFirst().value(), all, byTensor);
    }
}
