package dev.lamina.testing;

import dev.lamina.Philox;
import dev.lamina.op.Dropout;
import dev.lamina.op.Random;

/// Random numbers: element i from the words that `Random` names.
final class RandomReference {
    private RandomReference() {}

    static void random(Random op, Cells y) {
        for (int i = 0; i < y.size(); i++)
            y.set(
                    i,
                    switch (op.kind()) {
                        case UNIFORM -> uniform(op.seed(), op.position(), i);
                        case BERNOULLI -> uniform(op.seed(), op.position(), i) < (float) op.p() ? 1 : 0;
                        case NORMAL -> normal(op.seed(), op.position(), i);
                    });
    }

    static void dropout(Dropout op, Cells x, Cells y) {
        for (int i = 0; i < y.size(); i++) {
            boolean kept = uniform(op.seed(), op.position(), i) >= (float) op.p();
            y.set(i, kept ? x.get(i) / (1 - op.p()) : 0);
        }
    }

    private static float uniform(long seed, long position, int i) {
        return Philox.uniform(Philox.block(seed, position + i / 4, 0)[i % 4]);
    }

    private static double normal(long seed, long position, int i) {
        int[] w = Philox.block(seed, position + i / 2, 0);
        return Philox.normal(w[i % 2 * 2], w[i % 2 * 2 + 1]);
    }
}
