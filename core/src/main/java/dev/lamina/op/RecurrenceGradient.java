package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.Tensor;
import dev.lamina.op.Recurrence.Inputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// The gradient of a `Recurrence` from what its steps kept. The walk back is made once, when the first of the
/// gradients is asked for.
final class RecurrenceGradient {
    private final Recurrence op;
    private final Cell cell;
    private final Steps steps;
    private final Inputs in;
    private final List<Tensor> out;
    private final List<Tensor> dOut;
    private final List<Tensor> h;
    private Walked walked;

    /// The gradients of the inputs by name; null where there is no such input.
    private record Walked(Tensor x, Tensor weight, Tensor h, Tensor c, Tensor extras, Tensor projection) {
        List<Tensor> all() {
            return Arrays.asList(x, weight, h, c, extras, projection);
        }
    }

    RecurrenceGradient(Recurrence op, Inputs in, List<Tensor> out, List<Tensor> dOut) {
        this.op = op;
        this.cell = op.cell();
        this.steps = op.steps();
        this.in = in;
        this.out = out;
        this.dOut = dOut;
        this.h = byStep(out.getFirst());
    }

    List<Supplier<Tensor>> all() {
        var all = new ArrayList<Supplier<Tensor>>(List.of(() -> walked().x, () -> walked().weight, () -> walked().h));
        if (cell.memory()) all.add(() -> walked().c);
        if (cell.extras() > 0) all.add(() -> walked().extras);
        if (cell.projected()) all.add(() -> walked().projection);
        return all;
    }

    /// All of them at once: a tape may free each as soon as it has added it up. Asked for inside a scope of one of
    /// them, the others must outlive it.
    private Walked walked() {
        if (walked == null) {
            walked = walk();
            for (Tensor t : walked.all()) if (t != null) t.keep();
        }
        return walked;
    }

    private List<Tensor> byStep(Tensor rows) {
        return Tensor.apply(new Split(steps.sizes()), List.of(rows));
    }

    /// What was kept as number `k`, by step.
    private List<Tensor> kept(int k) {
        int each = op.keptOfStep();
        var all = new ArrayList<Tensor>();
        for (int t = 0; t < steps.count(); t++) all.add(out.get(op.results() + t * each + k));
        return all;
    }

    private static Tensor join(List<Tensor> steps) {
        return steps.size() == 1 ? steps.getFirst() : Tensor.concat(0, steps);
    }

    /// The states that all steps began with, `[rows, p]`.
    private Tensor before() {
        return previous(h, in.h());
    }

    private Tensor previous(List<Tensor> states, Tensor initial) {
        var all = new ArrayList<Tensor>();
        for (int t = 0; t < steps.count(); t++) all.add(steps.previous(t, states, initial));
        return join(all);
    }

    private Walked walk() {
        int count = steps.count();
        List<Tensor> c = cell.memory() ? kept(cell.kept()) : h;
        Tensor carriedFirst = cell.memory() ? in.c() : in.h();
        List<Tensor> extras = Recurrence.rows(in.extras());
        List<Tensor> dy = byStep(dOut.getFirst() == null ? Tensor.zerosLike(out.getFirst()) : dOut.getFirst());
        Tensor lastProduct = lastProduct();
        Tensor lastCarried = lastCarried();
        Tensor[] products = new Tensor[count]; // gradients of the state that a step begins with, gate by gate
        Tensor[] carried = new Tensor[count];
        Tensor[] dx = new Tensor[count];
        Tensor[] dProducts = new Tensor[count];
        Tensor[] dh = new Tensor[count];
        for (int k = count - 1; k >= 0; k--) {
            int t = steps.at(k);
            var args = new ArrayList<Tensor>(keptOf(t));
            args.add(steps.previous(t, c, carriedFirst));
            args.add(c.get(t));
            args.addAll(extras);
            var terms = new ArrayList<>(List.of(dy.get(t)));
            terms.addAll(Recurrence.rows(steps.leaving(t, Arrays.asList(products), lastProduct, 1)));
            if (cell.projected()) {
                dh[t] = Tensor.map(SUM, terms.toArray(Tensor[]::new));
                terms = new ArrayList<>(List.of(dh[t].matmul(in.projection())));
            }
            args.addAll(terms);
            if (cell.carries()) args.add(steps.leaving(t, Arrays.asList(carried), lastCarried, 0));
            List<Tensor> d = Tensor.apply(new Pointwise(cell.backward()), args);
            dx[t] = stack(d.subList(0, cell.gates()));
            dProducts[t] = cell.lastDiffers() ? stack(productsOf(d)) : dx[t];
            products[t] = dProducts[t].matmul(in.weight());
            if (cell.carries()) carried[t] = d.getLast();
        }
        Tensor x = joinGates(dx);
        Tensor first = steps.initial(Arrays.asList(products), 1).sum(0);
        Tensor firstCarried = cell.carries() ? steps.initial(Arrays.asList(carried), 0) : null;
        Tensor all = cell.lastDiffers() ? joinGates(dProducts) : x;
        return new Walked(
                x,
                all.matmul(before().unsqueeze(0), true, false),
                cell.carries() && !cell.memory() ? first.add(firstCarried) : first,
                cell.memory() ? firstCarried : null,
                cell.extras() > 0 ? extras(x, all) : null,
                cell.projected() ? join(Arrays.asList(dh)).matmul(join(kept(op.keptOfStep() - 1)), true, false) : null);
    }

    /// `dy` and the four products of an LSTM.
    private static final Elementwise SUM = Elementwise.update(
            "sum_of_terms",
            5,
            List.of(Expr.in(0).add(Expr.in(1)).add(Expr.in(2)).add(Expr.in(3)).add(Expr.in(4))));

    private List<Tensor> keptOf(int t) {
        int at = op.results() + t * op.keptOfStep();
        return out.subList(at, at + cell.kept());
    }

    /// The gradient of the last state in the shape of the products, of which it takes the first.
    private Tensor lastProduct() {
        Tensor last = dOut.get(1) == null ? Tensor.zerosLike(out.get(1)) : dOut.get(1);
        if (cell.gates() == 1) return last.unsqueeze(0);
        Shape s = last.shape();
        Tensor rest = last.device().with(() -> Tensor.full(0, last.dtype(), cell.gates() - 1, s.dim(0), s.dim(1)));
        return Tensor.concat(0, List.of(last.unsqueeze(0), rest));
    }

    private Tensor lastCarried() {
        if (!cell.carries()) return null;
        boolean given = cell.memory() && dOut.get(2) != null;
        return given ? dOut.get(2) : Tensor.zerosLike(cell.memory() ? out.get(2) : out.get(1));
    }

    private List<Tensor> productsOf(List<Tensor> d) {
        var all = new ArrayList<>(d.subList(0, cell.gates() - 1));
        all.add(d.get(cell.gates()));
        return all;
    }

    private static Tensor stack(List<Tensor> gates) {
        return gates.size() == 1 ? gates.getFirst().unsqueeze(0) : Tensor.stack(0, gates);
    }

    private static Tensor joinGates(Tensor[] steps) {
        return steps.length == 1 ? steps[0] : Tensor.concat(1, List.of(steps));
    }

    /// Of the peepholes, or of the bias inside the reset gate.
    private Tensor extras(Tensor x, Tensor products) {
        if (cell.lastDiffers()) return Recurrence.rows(products).getLast().sum(0, true);
        List<Tensor> c = kept(cell.kept());
        List<Tensor> gates = Recurrence.rows(x);
        Tensor before = previous(c, in.c());
        return Tensor.concat(
                0,
                List.of(
                        gates.get(0).mul(before).sum(0, true),
                        gates.get(1).mul(before).sum(0, true),
                        gates.get(3).mul(join(c)).sum(0, true)));
    }
}
