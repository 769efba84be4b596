package dev.lamina.cpu;

import dev.lamina.backend.Backend.View;
import dev.lamina.op.Attention;
import java.util.List;

/// Attention for types without loops of their own: a row of scores at a time, in doubles.
final class PlainAttention {
    private final Workers workers;

    PlainAttention(Workers workers) {
        this.workers = workers;
    }

    void run(AttentionShape s, double scale, List<View> in, List<View> out) {
        Elements q = Elements.of(in.get(0));
        Elements k = Elements.of(in.get(1));
        Elements v = Elements.of(in.get(2));
        Elements y = Elements.of(out.get(0));
        Elements log = Elements.of(out.get(1));
        workers.loop(s.pairs(), 1, (from, to) -> {
            double[] p = Scratch.doubles(s.tk());
            for (int row = from * s.tq(); row < to * s.tq(); row++) {
                int pair = row / s.tq();
                int see = s.visible(pair, row % s.tq());
                double most = Attention.LOWEST;
                for (int j = 0; j < see; j++) most = Math.max(most, p[j] = score(s, scale, q, k, row, j));
                double sum = 0;
                for (int j = 0; j < see; j++) sum += p[j] = Math.exp(p[j] - most);
                for (int e = 0; e < s.dv(); e++) {
                    double mean = 0;
                    for (int j = 0; j < see; j++) mean += p[j] * v.get((pair * s.tk() + j) * s.dv() + e);
                    y.set(row * s.dv() + e, sum == 0 ? 0 : mean / sum);
                }
                log.set(row, sum == 0 ? 0 : most + Math.log(sum));
            }
            Scratch.give(p);
        });
    }

    private static double score(AttentionShape s, double scale, Elements q, Elements k, int row, int j) {
        int pair = row / s.tq();
        double sum = 0;
        for (int e = 0; e < s.d(); e++) sum += q.get(row * s.d() + e) * k.get((pair * s.tk() + j) * s.d() + e);
        return sum * scale + (s.bias() == null ? 0 : s.bias(pair, row % s.tq(), j));
    }

    /// @param back the logarithms, the gradient of y, and delta
    void gradient(AttentionShape s, double scale, List<View> in, List<View> back, List<View> out) {
        Elements q = Elements.of(in.get(0));
        Elements k = Elements.of(in.get(1));
        Elements v = Elements.of(in.get(2));
        Elements log = Elements.of(back.get(0));
        Elements dy = Elements.of(back.get(1));
        Elements delta = Elements.of(back.get(2));
        Elements dq = Elements.of(out.get(0));
        Elements dk = Elements.of(out.get(1));
        Elements dv = Elements.of(out.get(2));
        workers.loop(s.pairs(), 1, (from, to) -> {
            for (int i = from * s.tq() * s.d(); i < to * s.tq() * s.d(); i++) dq.set(i, 0);
            for (int i = from * s.tk() * s.d(); i < to * s.tk() * s.d(); i++) dk.set(i, 0);
            for (int i = from * s.tk() * s.dv(); i < to * s.tk() * s.dv(); i++) dv.set(i, 0);
            for (int row = from * s.tq(); row < to * s.tq(); row++) {
                int pair = row / s.tq();
                for (int j = 0; j < s.visible(pair, row % s.tq()); j++) {
                    int key = pair * s.tk() + j;
                    double p = Math.exp(score(s, scale, q, k, row, j) - log.get(row));
                    double dp = -delta.get(row);
                    for (int e = 0; e < s.dv(); e++) {
                        double g = dy.get(row * s.dv() + e);
                        dp += g * v.get(key * s.dv() + e);
                        add(dv, key * s.dv() + e, p * g);
                    }
                    double ds = p * dp * scale;
                    for (int e = 0; e < s.d(); e++) {
                        add(dq, row * s.d() + e, ds * k.get(key * s.d() + e));
                        add(dk, key * s.d() + e, ds * q.get(row * s.d() + e));
                    }
                }
            }
        });
    }

    private static void add(Elements to, int at, double v) {
        to.set(at, to.get(at) + v);
    }
}
