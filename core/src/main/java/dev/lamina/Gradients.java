package dev.lamina;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A loss and its gradients.
///
/// @param loss one element
/// @param all the gradients, in the order of the tensors they were asked for
public record Gradients(Tensor loss, List<Tensor> all, Map<Tensor, Tensor> byTensor) {
    Gradients(Tensor loss, List<Tensor> of, List<Tensor> all) {
        this(loss, List.copyOf(all), index(of, all));
    }

    private static Map<Tensor, Tensor> index(List<Tensor> of, List<Tensor> all) {
        var map = new IdentityHashMap<Tensor, Tensor>();
        for (int i = 0; i < all.size(); i++) map.put(of.get(i), all.get(i));
        return map;
    }

    /// The gradient with respect to `x`.
    public Tensor of(Tensor x) {
        Tensor g = byTensor.get(x);
        if (g == null) throw new LaminaException("gradients: no gradient was asked for with respect to this tensor");
        return g;
    }

    /// The gradient with respect to `p`.
    public Tensor of(Parameter p) {
        return of(p.value());
    }

    /// The same loss with every gradient replaced by `f` of it.
    public Gradients map(UnaryOperator<Tensor> f) {
        var mapped = new IdentityHashMap<Tensor, Tensor>(); // several tensors may share one gradient
        for (Tensor g : all) if (!mapped.containsKey(g)) mapped.put(g, f.apply(g));
        var byTensor = new IdentityHashMap<Tensor, Tensor>();
        this.byTensor.forEach((x, g) -> byTensor.put(x, mapped.get(g)));
        return new Gradients(loss, all.stream().map(mapped::get).toList(), byTensor);
    }
}
