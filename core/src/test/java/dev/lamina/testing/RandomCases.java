package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.op.Dropout;
import dev.lamina.op.Random;
import dev.lamina.testing.OpCase.Trait;
import java.util.ArrayList;
import java.util.List;

/// Random numbers: uniform and Bernoulli bit for bit, normal to a tolerance, since devices differ in cos and
/// log.
final class RandomCases {
    private static final long FAR = (1L << 32) - 3;
    private static final long SEED = 0x9E3779B97F4A7C15L;

    private RandomCases() {}

    static List<OpCase> all() {
        var all = new ArrayList<OpCase>();
        for (var kind : Random.Kind.values())
            for (int n : new int[] {0, 1, 2, 3, 5, 33, 1030, 4099}) {
                all.add(random(kind, 0.3, n, 7, 0));
                if (n == 33) all.add(random(kind, 0.3, n, SEED, FAR));
            }
        all.add(random(Random.Kind.BERNOULLI, 0, 33, 1, 0));
        all.add(random(Random.Kind.BERNOULLI, 1, 33, 1, 0));
        for (double p : new double[] {0, 0.25, 0.5, 0.9})
            all.add(OpCase.of("dropout " + p, new Dropout(p, SEED, 5), Input.real(5, 7)));
        all.add(OpCase.of("dropout far", new Dropout(0.5, -1, FAR), Input.real(33)));
        for (int n : new int[] {0, 1, 1030})
            all.add(OpCase.of("dropout of " + n, new Dropout(0.5, 3, 0), Input.real(n)));
        return all;
    }

    private static OpCase random(Random.Kind kind, double p, int n, long seed, long position) {
        OpCase c = OpCase.of(
                new Random(kind, new Spec(Shape.of(n), DType.F32), p, seed, position).name() + " of " + n
                        + (position > 0 ? " far" : "") + (p == 0.3 ? "" : " with p " + p),
                t -> new Random(kind, new Spec(Shape.of(n), t), p, seed, position));
        return kind == Random.Kind.NORMAL ? c.tolerance(1e-5, 1) : c.with(Trait.EXACT);
    }
}
