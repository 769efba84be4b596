package dev.lamina.cpu;

import static dev.lamina.cpu.AttentionBlocks.BLOCK;
import static dev.lamina.cpu.FloatAttention.at;
import static dev.lamina.cpu.FloatAttention.floats;

import dev.lamina.backend.Backend.View;
import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
import java.util.List;

/// The gradient of attention in f32, over blocks of keys and, inside, of queries. Blocks of weights are made again,
/// transposed: their rows are then what the products for dk and dv read. Where sequences and heads are few, keys
/// are cut into tasks with a dq each, which are added in order; which keys make a task depends on the shape alone.
final class FloatAttentionGradient {
    private final Simd simd;
    private final Workers workers;
    private final AttentionBlocks blocks;

    FloatAttentionGradient(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
        this.blocks = new AttentionBlocks(simd);
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
            float[] log,
            int lo,
            float[] dy,
            int dyo,
            float[] delta,
            int deo,
            float[] dk,
            int dko,
            float[] dv,
            int dvo) {}

    /// @param back the logarithms, the gradient of y, and delta
    void run(AttentionShape s, float scale, List<View> in, List<View> back, List<View> out) {
        var job = new Job(
                s,
                scale,
                floats(in.get(0)),
                at(in.get(0)),
                floats(in.get(1)),
                at(in.get(1)),
                floats(in.get(2)),
                at(in.get(2)),
                floats(back.get(0)),
                at(back.get(0)),
                floats(back.get(1)),
                at(back.get(1)),
                floats(back.get(2)),
                at(back.get(2)),
                floats(out.get(1)),
                at(out.get(1)),
                floats(out.get(2)),
                at(out.get(2)));
        float[] dq = floats(out.get(0));
        int dqo = at(out.get(0));
        int size = s.pairs() * s.tq() * s.d();
        int rows = AttentionBlocks.rows(s.pairs(), s.tk());
        int parts = Math.max(1, Pack.ceilDiv(s.tk(), rows));
        float[] others = parts == 1 ? null : Scratch.floats((parts - 1) * size);
        int tasks = s.pairs() * parts;
        long each = 2L * Math.min(rows, s.tk()) * s.tq() * (s.d() + s.dv());
        workers.loop(tasks, AttentionBlocks.grain(tasks, each), (from, to) -> {
            for (int t = from; t < to; t++) {
                int part = t % parts;
                int own = t / parts * s.tq() * s.d();
                int first = part * rows;
                int end = Math.min(s.tk(), first + rows);
                if (part == 0) task(job, t / parts, first, end, dq, dqo + own);
                else task(job, t / parts, first, end, others, (part - 1) * size + own);
            }
        });
        for (int part = 1; part < parts; part++)
            simd.binary(BinaryFn.ADD, size, dq, dqo, others, (part - 1) * size, dq, dqo);
        if (others != null) Scratch.give(others);
    }

    /// Queries and their output gradients as panels, in blocks, as they are and transposed.
    private record Panels(float[] q, float[] qt, float[] dy, float[] dyt) {
        void give() {
            Scratch.give(dyt);
            Scratch.give(dy);
            Scratch.give(qt);
            Scratch.give(q);
        }
    }

    private Panels pack(Job w, int pair) {
        AttentionShape s = w.s;
        int columns = Pack.roundUp(s.tq(), simd.columns());
        var p = new Panels(
                Scratch.floats(s.tq() * blocks.width(s.d())),
                Scratch.floats(columns * s.d()),
                Scratch.floats(s.tq() * blocks.width(s.dv())),
                Scratch.floats(columns * s.dv()));
        float[] scaled = Scratch.floats(s.tq() * s.d());
        blocks.scaled(w.scale, s.tq() * s.d(), w.q, w.qo + pair * s.tq() * s.d(), scaled);
        blocks.blocks(scaled, 0, s.tq(), s.d(), p.q);
        blocks.transposed(scaled, 0, s.tq(), s.d(), p.qt);
        Scratch.give(scaled);
        int dy = w.dyo + pair * s.tq() * s.dv();
        blocks.blocks(w.dy, dy, s.tq(), s.dv(), p.dy);
        blocks.transposed(w.dy, dy, s.tq(), s.dv(), p.dyt);
        return p;
    }

    /// Keys `from .. to` of a pair: their dk and dv, and what they give to dq, which begins at `dqo`.
    private void task(Job w, int pair, int from, int to, float[] dq, int dqo) {
        AttentionShape s = w.s;
        AttentionBlocks.clear(dq, dqo, s.tq() * s.d());
        int end = Math.clamp(s.keys(pair), from, to);
        int rest = pair * s.tk() + end;
        AttentionBlocks.clear(w.dk, w.dko + rest * s.d(), (to - end) * s.d());
        AttentionBlocks.clear(w.dv, w.dvo + rest * s.dv(), (to - end) * s.dv());
        if (from == end) return;
        Panels panels = pack(w, pair);
        for (int j = from; j < end; j += BLOCK) keys(w, pair, j, Math.min(BLOCK, end - j), panels, dq, dqo);
        panels.give();
    }

    private void keys(Job w, int pair, int j, int n, Panels panels, float[] dq, int dqo) {
        AttentionShape s = w.s;
        int d = s.d();
        int dv = s.dv();
        int key = pair * s.tk() + j;
        float[] kp = Scratch.floats(n * blocks.width(d));
        float[] p = Scratch.floats(BLOCK * BLOCK);
        float[] ds = Scratch.floats(BLOCK * BLOCK);
        float[] left = Scratch.floats(Math.max(BLOCK * BLOCK, n * d));
        float[] edge = Scratch.floats(simd.rows() * simd.columns());
        int[] atK = Scratch.ints(BLOCK);
        int[] atV = Scratch.ints(BLOCK);
        int[] atP = Scratch.ints(BLOCK);
        AttentionBlocks.starts(n, d, atK);
        AttentionBlocks.starts(n, dv, atV);
        AttentionBlocks.starts(BLOCK, BLOCK, atP);
        blocks.scaled(w.scale, n * d, w.k, w.ko + key * d, left);
        blocks.panels(new Matrix(left, 0, d), 0, d, 0, n, kp, 0);
        boolean more = false;
        for (int i = s.first(j) / BLOCK * BLOCK; i < s.tq(); i += BLOCK) {
            int m = Math.min(BLOCK, s.tq() - i);
            simd.multiplyRows(n, m, d, w.k, w.ko + key * d, atK, panels.qt, i * d, p, 0, BLOCK, false, edge);
            simd.multiplyRows(n, m, dv, w.v, w.vo + key * dv, atV, panels.dyt, i * dv, ds, 0, BLOCK, false, edge);
            for (int r = 0; r < n; r++) weights(w, pair, i, m, j + r, p, ds, r * BLOCK);
            int dys = i * blocks.width(dv);
            simd.multiplyRows(n, dv, m, p, 0, atP, panels.dy, dys, w.dv, w.dvo + key * dv, dv, more, edge);
            int qs = i * blocks.width(d);
            simd.multiplyRows(n, d, m, ds, 0, atP, panels.q, qs, w.dk, w.dko + key * d, d, more, edge);
            int mr = simd.rows();
            var transposed = new Matrix(ds, 0, BLOCK, true);
            for (int r = 0; r < m; r += mr) Pack.left(simd, transposed, r, Math.min(mr, m - r), 0, n, left, r * n);
            simd.multiply(m, d, n, left, 0, kp, 0, dq, dqo + i * d, d, true, edge);
            more = true;
        }
        if (!more) {
            AttentionBlocks.clear(w.dk, w.dko + key * d, n * d);
            AttentionBlocks.clear(w.dv, w.dvo + key * dv, n * dv);
        }
        Scratch.give(atP);
        Scratch.give(atV);
        Scratch.give(atK);
        Scratch.give(edge);
        Scratch.give(left);
        Scratch.give(ds);
        Scratch.give(p);
        Scratch.give(kp);
    }

    /// The weights of key j for queries `i .. i + m` from its scores, and the scores' gradients, unscaled, from the
    /// weights'.
    private void weights(Job w, int pair, int i, int m, int j, float[] p, float[] ds, int at) {
        int hidden = Math.clamp(w.s.first(j) - i, 0, m);
        AttentionBlocks.clear(p, at, hidden);
        AttentionBlocks.clear(ds, at, hidden);
        int n = m - hidden;
        int a = at + hidden;
        int row = pair * w.s.tq() + i + hidden;
        if (w.s.bias() != null) AttentionBlocks.addBiasOfKey(w.s, pair, i + hidden, j, n, p, a);
        simd.binary(BinaryFn.SUB, n, p, a, w.log, w.lo + row, p, a);
        simd.unary(UnaryFn.EXP, n, p, a, p, a);
        simd.binary(BinaryFn.SUB, n, ds, a, w.delta, w.deo + row, ds, a);
        simd.binary(BinaryFn.MUL, n, ds, a, p, a, ds, a);
    }
}
