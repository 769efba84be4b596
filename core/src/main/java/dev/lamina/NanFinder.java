package dev.lamina;

import dev.lamina.op.Op;
import java.util.List;

/// Stops at the first op whose output has a NaN or an infinity although its inputs have none: the place where a
/// loss went wrong. Reads every tensor back, so it is for finding a fault, not for every step.
public final class NanFinder implements OpListener {
    /// @throws DivergenceException naming the op, its inputs and the position
    @Override
    public void ran(Op op, List<Tensor> in, List<Tensor> out, long nanos) {
        for (Tensor y : out) {
            int bad = firstBad(y);
            if (bad < 0) continue;
            for (Tensor x : in) if (firstBad(x) >= 0) return;
            throw new DivergenceException(
                    op.name() + " " + in.stream().map(Tensor::spec).toList()
                            + ": first value that is not finite, at element " + bad + " of its output " + y.spec());
        }
    }

    private static int firstBad(Tensor t) {
        if (!t.dtype().floating()) return -1;
        double[] v = t.toDoubles();
        for (int i = 0; i < v.length; i++) if (!Double.isFinite(v[i])) return i;
        return -1;
    }
}
