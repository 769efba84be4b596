package dev.lamina.cpu;

import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.MatMul;

/// Matrix products for types without loops of their own: one sum in doubles per element.
final class PlainMatMul {
    private final Workers workers;

    PlainMatMul(Workers workers) {
        this.workers = workers;
    }

    void run(MatMul op, View a, View b, View y) {
        Shape s = y.shape();
        int m = s.dim(-2);
        int n = s.dim(-1);
        int k = a.shape().dim(op.ta() ? -2 : -1);
        var batch = MatMul.batch(s);
        var atA = new Broadcast(MatMul.batch(a.shape()), batch);
        var atB = new Broadcast(MatMul.batch(b.shape()), batch);
        Elements x = Elements.of(a);
        Elements w = Elements.of(b);
        Elements out = Elements.of(y);
        workers.loop((int) batch.size() * m, Math.max(1, 4096 / Math.max(1, n * k)), (from, to) -> {
            for (int row = from; row < to; row++) {
                int i = row % m;
                int ao = atA.index(row / m) * m * k;
                int bo = atB.index(row / m) * k * n;
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int p = 0; p < k; p++)
                        sum += x.get(ao + (op.ta() ? p * m + i : i * k + p))
                                * w.get(bo + (op.tb() ? j * k + p : p * n + j));
                    out.set(row * n + j, sum);
                }
            }
        });
    }
}
