package dev.lamina.cpu;

import dev.lamina.Philox;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Dropout;
import dev.lamina.op.Random;

/// Numbers from Philox blocks: element i depends on the seed, the position and i alone, so chunks are
/// independent.
final class RandomKernels {
    private static final int GRAIN = 4096; // a multiple of the words in a block

    private final Workers workers;

    RandomKernels(Workers workers) {
        this.workers = workers;
    }

    @FunctionalInterface
    private interface Use {
        void word(int i, int word);
    }

    private void words(long seed, long position, int n, Use use) {
        workers.loop(n, GRAIN, (from, to) -> {
            for (int i = from; i < to; i += 4) {
                int[] w = Philox.block(seed, position + i / 4, 0);
                // By constant places: read by a variable one, the array would be an object in compiled code too.
                use.word(i, w[0]);
                if (i + 1 < to) use.word(i + 1, w[1]);
                if (i + 2 < to) use.word(i + 2, w[2]);
                if (i + 3 < to) use.word(i + 3, w[3]);
            }
        });
    }

    void random(Random op, View y) {
        Elements e = Elements.of(y);
        int n = Math.toIntExact(y.shape().size());
        switch (op.kind()) {
            case UNIFORM -> words(op.seed(), op.position(), n, (i, w) -> e.set(i, Philox.uniform(w)));
            case BERNOULLI ->
                words(op.seed(), op.position(), n, (i, w) -> e.set(i, Philox.uniform(w) < (float) op.p() ? 1 : 0));
            case NORMAL ->
                workers.loop(n, GRAIN, (from, to) -> {
                    for (int i = from; i < to; i += 2) {
                        int[] w = Philox.block(op.seed(), op.position() + i / 2, 0);
                        e.set(i, Philox.normal(w[0], w[1]));
                        if (i + 1 < to) e.set(i + 1, Philox.normal(w[2], w[3]));
                    }
                });
        }
    }

    void dropout(Dropout op, View x, View y) {
        Elements a = Elements.of(x);
        Elements b = Elements.of(y);
        double scale = 1 / (1 - op.p());
        words(
                op.seed(),
                op.position(),
                Math.toIntExact(y.shape().size()),
                (i, w) -> b.set(i, Philox.uniform(w) < (float) op.p() ? 0 : a.get(i) * scale));
    }
}
