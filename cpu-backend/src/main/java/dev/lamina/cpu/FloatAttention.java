package dev.lamina.cpu;

import static dev.lamina.cpu.AttentionBlocks.BLOCK;

import dev.lamina.backend.Backend.View;
import dev.lamina.op.Attention;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
import java.util.List;

/// Attention in f32 over blocks of queries and keys: the softmax of a row is corrected as larger scores come up
/// (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018), so that a block of scores is all
/// that is ever held. Which rows make a task depends on the shape alone.
final class FloatAttention {
    private final Simd simd;
    private final Workers workers;
    private final AttentionBlocks blocks;

    FloatAttention(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
        this.blocks = new AttentionBlocks(simd);
    }

    void run(AttentionShape s, float scale, List<View> in, List<View> out) {
        var job = new Job(
                s,
                scale,
                floats(in.get(0)),
                at(in.get(0)),
                floats(in.get(1)),
                at(in.get(1)),
                floats(in.get(2)),
                at(in.get(2)),
                floats(out.get(0)),
                at(out.get(0)),
                floats(out.get(1)),
                at(out.get(1)));
        boolean few = s.tq() < simd.rows() / 2;
        int rows = few ? 1 : AttentionBlocks.rows(s.pairs(), s.tq());
        int parts = Pack.ceilDiv(s.tq(), rows);
        int tasks = s.pairs() * parts;
        long each = (long) Math.min(rows, s.tq()) * s.tk() * (s.d() + s.dv());
        workers.loop(tasks, AttentionBlocks.grain(tasks, each), (from, to) -> {
            for (int t = from; t < to; t++) {
                int first = t % parts * rows;
                if (few) row(job, t / parts, first);
                else task(job, t / parts, first, Math.min(s.tq(), first + rows));
            }
        });
    }

    static float[] floats(View v) {
        return (float[]) v.memory();
    }

    static int at(View v) {
        return Math.toIntExact(v.offset());
    }

    private record Job(
            AttentionShape s,
            float scale,
            float[] q,
            int qo,
            float[] k,
            int ko,
            float[] v,
            int vo,
            float[] y,
            int yo,
            float[] log,
            int lo) {}

    /// One query: a pass over the keys and one over the values, where they lie.
    private void row(Job w, int pair, int i) {
        AttentionShape s = w.s;
        int row = pair * s.tq() + i;
        int see = s.visible(pair, i);
        int d = s.d();
        int dv = s.dv();
        float[] p = Scratch.floats(see);
        for (int j = 0; j < see; j++)
            p[j] = w.scale * simd.dot(d, w.q, w.qo + row * d, w.k, w.ko + (pair * s.tk() + j) * d);
        if (s.bias() != null) AttentionBlocks.addBias(s, pair, i, 0, see, p, 0);
        float most = Math.max((float) Attention.LOWEST, simd.max(see, p, 0));
        simd.binary(BinaryFn.SUB, see, p, 0, most, p, 0);
        simd.unary(UnaryFn.EXP, see, p, 0, p, 0);
        double sum = simd.sum(see, p, 0);
        AttentionBlocks.clear(w.y, w.yo + row * dv, dv);
        for (int j = 0; j < see; j++) simd.axpy(dv, p[j], w.v, w.vo + (pair * s.tk() + j) * dv, w.y, w.yo + row * dv);
        finish(w, row, most, sum);
        Scratch.give(p);
    }

    /// Queries `from .. to` of a pair. Keys and values are packed once for all of them.
    private void task(Job w, int pair, int from, int to) {
        AttentionShape s = w.s;
        int keys = s.visible(pair, to - 1);
        float[] kp = Scratch.floats(Pack.roundUp(keys, simd.columns()) * s.d());
        float[] vp = Scratch.floats(keys * blocks.width(s.dv()));
        blocks.transposed(w.k, w.ko + pair * s.tk() * s.d(), keys, s.d(), kp);
        blocks.blocks(w.v, w.vo + pair * s.tk() * s.dv(), keys, s.dv(), vp);
        for (int i = from; i < to; i += BLOCK) block(w, pair, i, Math.min(BLOCK, to - i), keys, kp, vp);
        Scratch.give(vp);
        Scratch.give(kp);
    }

    private void block(Job w, int pair, int i, int m, int keys, float[] kp, float[] vp) {
        AttentionShape s = w.s;
        int d = s.d();
        int dv = s.dv();
        int row = pair * s.tq() + i;
        float[] q = Scratch.floats(m * d);
        float[] scores = Scratch.floats(BLOCK * BLOCK);
        float[] most = Scratch.floats(BLOCK);
        float[] edge = Scratch.floats(simd.rows() * simd.columns());
        double[] sum = Scratch.doubles(BLOCK);
        int[] atQ = Scratch.ints(BLOCK);
        int[] atP = Scratch.ints(BLOCK);
        AttentionBlocks.starts(m, d, atQ);
        AttentionBlocks.starts(BLOCK, BLOCK, atP);
        blocks.scaled(w.scale, m * d, w.q, w.qo + row * d, q);
        for (int r = 0; r < m; r++) {
            most[r] = (float) Attention.LOWEST;
            sum[r] = 0;
        }
        int y = w.yo + row * dv;
        int last = s.visible(pair, i + m - 1);
        if (last == 0) AttentionBlocks.clear(w.y, y, m * dv);
        for (int j = 0; j < last; j += BLOCK) {
            int n = Math.min(BLOCK, keys - j);
            simd.multiplyRows(m, n, d, q, 0, atQ, kp, j * d, scores, 0, BLOCK, false, edge);
            for (int r = 0; r < m; r++) softmax(w, pair, i + r, j, n, scores, r * BLOCK, most, sum, r);
            simd.multiplyRows(m, dv, n, scores, 0, atP, vp, j * blocks.width(dv), w.y, y, dv, j > 0, edge);
        }
        for (int r = 0; r < m; r++) finish(w, row + r, most[r], sum[r]);
        Scratch.give(atP);
        Scratch.give(atQ);
        Scratch.give(sum);
        Scratch.give(edge);
        Scratch.give(most);
        Scratch.give(scores);
        Scratch.give(q);
    }

    /// Scores of keys `j .. j + n` to weights against the largest score so far, to which the sums of earlier
    /// blocks are brought.
    private void softmax(
            Job w, int pair, int i, int j, int n, float[] scores, int at, float[] most, double[] sum, int r) {
        int see = Math.clamp(w.s.visible(pair, i) - j, 0, n);
        AttentionBlocks.clear(scores, at + see, n - see);
        if (see == 0) return;
        if (w.s.bias() != null) AttentionBlocks.addBias(w.s, pair, i, j, see, scores, at);
        float before = most[r];
        float now = Math.max(before, simd.max(see, scores, at));
        simd.binary(BinaryFn.SUB, see, scores, at, now, scores, at);
        simd.unary(UnaryFn.EXP, see, scores, at, scores, at);
        if (now != before && j > 0) {
            float shrink = (float) Math.exp(before - now);
            int y = w.yo + (pair * w.s.tq() + i) * w.s.dv();
            simd.binary(BinaryFn.MUL, w.s.dv(), w.y, y, shrink, w.y, y);
            sum[r] *= shrink;
        }
        sum[r] += simd.sum(see, scores, at);
        most[r] = now;
    }

    private void finish(Job w, int row, float most, double sum) {
        int dv = w.s.dv();
        int y = w.yo + row * dv;
        if (sum == 0) AttentionBlocks.clear(w.y, y, dv);
        else simd.binary(BinaryFn.MUL, dv, w.y, y, (float) (1 / sum), w.y, y);
        w.log[w.lo + row] = sum == 0 ? 0 : (float) (most + Math.log(sum));
    }
}
