package dev.lamina.cpu;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [TileTransforms] on vectors: each runs down the columns into `work`, then along the rows.
///
/// The even and the odd part of a polynomial serve both of the points +-p, and +-q.
final class VectorWinograd implements TileTransforms {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final float P = 0.75f;
    private static final float Q = 1.5f;
    private static final float P2 = P * P;
    private static final float Q2 = Q * Q;
    /// The scales of G at 0, +-p and +-q: one over the product of the differences to the other points.
    private static final float AT_0 = 1 / (P2 * Q2);
    private static final float AT_P = 1 / (2 * P2 * (P2 - Q2));
    private static final float AT_Q = 1 / (2 * Q2 * (Q2 - P2));
    // C2 boxes some products of a vector and a float, but none of two vectors.
    private static final FloatVector ONE_P = all(P);
    private static final FloatVector ONE_Q = all(Q);
    private static final FloatVector SQUARE_P = all(P2);
    private static final FloatVector SQUARE_Q = all(Q2);
    private static final FloatVector LESS_P = all(-P2);
    private static final FloatVector LESS_Q = all(-Q2);
    private static final FloatVector LESS_BOTH = all(-P2 - Q2);
    private static final FloatVector PRODUCT = all(P2 * Q2);
    private static final FloatVector SCALE_0 = all(AT_0);
    private static final FloatVector SCALE_P = all(AT_P);
    private static final FloatVector SCALE_Q = all(AT_Q);
    private static final FloatVector ODD_P = all(P * AT_P);
    private static final FloatVector ODD_Q = all(Q * AT_Q);

    private static final MethodType TILES = MethodType.methodType(
            void.class,
            int.class,
            float[].class,
            int[].class,
            int.class,
            float[].class,
            int.class,
            int.class,
            int.class,
            float[].class);
    /// Handles for the reason given at [VectorTable].
    private static final MethodHandle[] OF_TILES = {find("sourcesOfTiles", TILES), find("adjointsOfTiles", TILES)};
    private static final MethodHandle[] RESULTS = {
        find(
                "resultsOfTiles",
                MethodType.methodType(
                        float.class,
                        int.class,
                        float[].class,
                        int.class,
                        int.class,
                        int.class,
                        float[].class,
                        int.class,
                        float[].class))
    };

    private static MethodHandle find(String name, MethodType type) {
        return VectorTable.find(MethodHandles.lookup(), VectorWinograd.class, name, type);
    }

    private static FloatVector all(float x) {
        return FloatVector.broadcast(S, x);
    }

    @Override
    public int lanes() {
        return L;
    }

    private static FloatVector load(float[] from, int at) {
        return FloatVector.fromArray(S, from, at);
    }

    @Override
    public void together(int k, float[] from, int fo, int plane, float[] to, int t, float[] work) {
        if (2 * k < L || fo + (L - 1) * plane + L > from.length) {
            Pack.across(L, k, from, fo, plane, to, t, L);
            return;
        }
        for (int p = 0; p < k - L; p += L) VectorTranspose.block(from, fo + p, plane, to, t + p * L, L, work);
        int last = Math.max(0, k - L);
        VectorTranspose.block(from, fo + last, plane, to, t + last * L, L, work);
    }

    @Override
    public void apart(int k, float[] from, int fo, float[] to, int t, int plane, float[] work) {
        if (k < L) {
            Pack.apart(L, k, from, fo, L, to, t, plane);
            return;
        }
        for (int p = 0; p < k - L; p += L) VectorTranspose.block(from, fo + p * L, L, to, t + p, plane, work);
        VectorTranspose.block(from, fo + (k - L) * L, L, to, t + k - L, plane, work);
    }

    @Override
    public void source(
            int tiles, float[] s, int[] from, int row, float[] to, int first, int next, int step, float[] work) {
        try {
            OF_TILES[0].invokeExact(tiles, s, from, row, to, first, next, step, work);
        } catch (Throwable e) {
            throw VectorTable.rethrow(e);
        }
    }

    private static void sourcesOfTiles(
            int tiles, float[] s, int[] from, int row, float[] to, int first, int next, int step, float[] work) {
        for (int t = 0; t < tiles; t++, first += next) {
            for (int j = 0; j < SOURCE; j++) sources(s, from[t] + j * L, row, work, j * L, SOURCE * L);
            for (int i = 0; i < SOURCE; i++) sources(work, i * SOURCE * L, L, to, first + SOURCE * i * step, step);
        }
    }

    /// B' of six vectors `by` floats apart.
    private static void sources(float[] s, int from, int by, float[] to, int at, int step) {
        var s1 = load(s, from + by);
        var s2 = load(s, from + 2 * by);
        var s3 = load(s, from + 3 * by);
        var s4 = load(s, from + 4 * by);
        load(s, from).fma(PRODUCT, s2.fma(LESS_BOTH, s4)).intoArray(to, at);
        pair(s2.fma(LESS_Q, s4), s1.fma(LESS_Q, s3).mul(ONE_P), to, at + step, step);
        pair(s2.fma(LESS_P, s4), s1.fma(LESS_P, s3).mul(ONE_Q), to, at + 3 * step, step);
        s1.fma(PRODUCT, s3.fma(LESS_BOTH, load(s, from + 5 * by))).intoArray(to, at + 5 * step);
    }

    private static void pair(FloatVector even, FloatVector odd, float[] to, int at, int step) {
        even.add(odd).intoArray(to, at);
        even.sub(odd).intoArray(to, at + step);
    }

    @Override
    public void weight(float[] w, int from, int place, float[] to, int first, int step, float[] work) {
        for (int j = 0; j < 3; j++) weights(w, from + j * place, 3 * place, work, j * L, 3 * L);
        for (int i = 0; i < SOURCE; i++) weights(work, i * 3 * L, L, to, first + SOURCE * i * step, step);
    }

    /// G of three vectors.
    private static void weights(float[] w, int from, int by, float[] to, int at, int step) {
        var w0 = load(w, from);
        var w1 = load(w, from + by);
        var w2 = load(w, from + 2 * by);
        w0.mul(SCALE_0).intoArray(to, at);
        pair(w2.fma(SQUARE_P, w0).mul(SCALE_P), w1.mul(ODD_P), to, at + step, step);
        pair(w2.fma(SQUARE_Q, w0).mul(SCALE_Q), w1.mul(ODD_Q), to, at + 3 * step, step);
        w2.intoArray(to, at + 5 * step);
    }

    @Override
    public float result(int tiles, float[] m, int from, int next, int step, float[] to, int row, float[] work) {
        try {
            return (float) RESULTS[0].invokeExact(tiles, m, from, next, step, to, row, work);
        } catch (Throwable e) {
            throw VectorTable.rethrow(e);
        }
    }

    private static float resultsOfTiles(
            int tiles, float[] m, int from, int next, int step, float[] to, int row, float[] work) {
        float check = 0;
        for (int t = 0; t < tiles; t++, from += next) {
            for (int j = 0; j < SOURCE; j++) results(m, from + j * step, SOURCE * step, work, j * L, SOURCE * L);
            var all = FloatVector.zero(S);
            for (int i = 0; i < RESULT; i++)
                all = all.add(results(work, i * SOURCE * L, L, to, RESULT * t * L + i * row, L));
            check += all.sub(all).reduceLanes(VectorOperators.ADD);
        }
        return check;
    }

    /// A' of six vectors; gives the sum of the results.
    private static FloatVector results(float[] m, int from, int by, float[] to, int at, int step) {
        var m1 = load(m, from + by);
        var m2 = load(m, from + 2 * by);
        var m3 = load(m, from + 3 * by);
        var m4 = load(m, from + 4 * by);
        var evenP = m1.add(m2);
        var oddP = m1.sub(m2).mul(ONE_P);
        var evenQ = m3.add(m4);
        var oddQ = m3.sub(m4).mul(ONE_Q);
        var r0 = load(m, from).add(evenP).add(evenQ);
        var r1 = oddP.add(oddQ);
        var r2 = evenP.fma(SQUARE_P, evenQ.mul(SQUARE_Q));
        var r3 = oddP.fma(SQUARE_P, oddQ.fma(SQUARE_Q, load(m, from + 5 * by)));
        r0.intoArray(to, at);
        r1.intoArray(to, at + step);
        r2.intoArray(to, at + 2 * step);
        r3.intoArray(to, at + 3 * step);
        return r0.add(r1).add(r2.add(r3));
    }

    @Override
    public void add(int count, float[] to, float[] pixel) {
        var p = load(pixel, 0);
        for (int i = 0; i < count * L; i += L) load(to, i).add(p).intoArray(to, i);
    }

    @Override
    public void resultAdjoint(
            int tiles, float[] r, int[] from, int row, float[] to, int first, int next, int step, float[] work) {
        try {
            OF_TILES[1].invokeExact(tiles, r, from, row, to, first, next, step, work);
        } catch (Throwable e) {
            throw VectorTable.rethrow(e);
        }
    }

    private static void adjointsOfTiles(
            int tiles, float[] r, int[] from, int row, float[] to, int first, int next, int step, float[] work) {
        for (int t = 0; t < tiles; t++, first += next) {
            for (int j = 0; j < RESULT; j++) spread(r, from[t] + j * L, row, work, j * L, RESULT * L);
            for (int i = 0; i < SOURCE; i++) spread(work, i * RESULT * L, L, to, first + SOURCE * i * step, step);
        }
    }

    /// A of four vectors.
    private static void spread(float[] r, int from, int by, float[] to, int at, int step) {
        var r0 = load(r, from);
        var r1 = load(r, from + by);
        var r2 = load(r, from + 2 * by);
        var r3 = load(r, from + 3 * by);
        r0.intoArray(to, at);
        pair(r2.fma(SQUARE_P, r0), r3.fma(SQUARE_P, r1).mul(ONE_P), to, at + step, step);
        pair(r2.fma(SQUARE_Q, r0), r3.fma(SQUARE_Q, r1).mul(ONE_Q), to, at + 3 * step, step);
        r3.intoArray(to, at + 5 * step);
    }

    @Override
    public void weightAdjoint(float[] u, int from, int step, float[] to, int first, float[] work) {
        for (int j = 0; j < SOURCE; j++) gather(u, from + j * step, SOURCE * step, work, j * L, SOURCE * L);
        for (int i = 0; i < 3; i++) gather(work, i * SOURCE * L, L, to, first + 3 * i * L, L);
    }

    /// G' of six vectors.
    private static void gather(float[] u, int from, int by, float[] to, int at, int step) {
        var u1 = load(u, from + by);
        var u2 = load(u, from + 2 * by);
        var u3 = load(u, from + 3 * by);
        var u4 = load(u, from + 4 * by);
        var evenP = u1.add(u2).mul(SCALE_P);
        var evenQ = u3.add(u4).mul(SCALE_Q);
        load(u, from).fma(SCALE_0, evenP).add(evenQ).intoArray(to, at);
        u1.sub(u2).fma(ODD_P, u3.sub(u4).mul(ODD_Q)).intoArray(to, at + step);
        evenP.fma(SQUARE_P, evenQ.fma(SQUARE_Q, load(u, from + 5 * by))).intoArray(to, at + 2 * step);
    }
}
