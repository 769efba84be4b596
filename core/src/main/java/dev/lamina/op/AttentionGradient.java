package dev.lamina.op;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import java.util.List;
import java.util.function.Supplier;

/// The gradients of `Attention` with respect to q, k and v. Its inputs are those of `of`, then the logarithm
/// `log [b, h, tq]` that it gave, `dy [b, h, tq, dv]`, and `delta [b, h, tq]`, the sums of `dy * y` over the last
/// axis less the gradient of `log`. With the weights `p = exp(scores - log)`:
/// `ds = p * (dy v^T - delta) * scale`, `dq = ds k`, `dk = ds^T q`, `dv = p^T dy`.
public record AttentionGradient(Attention of) implements Composite {
    @Override
    public String name() {
        return "attention_gradient";
    }

    @Override
    public List<Spec> infer(List<Spec> in) {
        int own = of.inputs();
        Check.count(name(), in, own + 3);
        DType t = of.check(name(), in.subList(0, own));
        Shape q = in.get(0).shape();
        Check.equal(name(), "log", q.sub(0, 3), in.get(own).shape());
        Check.equal(
                name(),
                "output gradient",
                q.with(3, in.get(2).shape().dim(3)),
                in.get(own + 1).shape());
        Check.equal(name(), "delta", q.sub(0, 3), in.get(own + 2).shape());
        for (Spec s : in.subList(own, own + 3)) Check.same(name(), List.of(in.get(0), s));
        return List.of(new Spec(q, t), in.get(1), in.get(2));
    }

    @Override
    public List<Tensor> lower(List<Tensor> in) {
        int own = of.inputs();
        var s = new AttentionScores(of, in.subList(0, own));
        Tensor log = in.get(own).unsqueeze(-1);
        Tensor dy = in.get(own + 1);
        Tensor delta = in.get(own + 2).unsqueeze(-1);
        Tensor p = s.masked().sub(log).exp();
        Tensor ds = dy.matmul(s.v(), false, true).sub(delta).mul(p).mul(of.scale());
        return List.of(ds.matmul(s.k()), ds.matmul(s.q(), true, false), p.matmul(dy, true, false));
    }

    @Override
    public List<Supplier<Tensor>> gradient(List<Tensor> in, List<Tensor> out, List<Tensor> dOut) {
        return Tape.pullback(this::lower, in, dOut);
    }
}
