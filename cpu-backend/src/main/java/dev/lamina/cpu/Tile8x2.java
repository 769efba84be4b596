package dev.lamina.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// 8 rows by 2 vectors, for machines with 32 vector registers: 16 accumulators, 2 of B and 1 of A leave room.
///
/// Fewer loads for each FMA than with 4 rows, which matters where a vector is as wide as what a core loads per
/// cycle.
///
/// The sums begin as what C holds rather than being added to it at the end: with an addition and a branch more for each
/// accumulator C2 meets its limit of nodes, leaves the last stores as calls, and makes their accumulators objects in
/// every round of the loop.
final class Tile8x2 implements Tile {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    @Override
    public int rows() {
        return 8;
    }

    @Override
    public int columns() {
        return 2 * L;
    }

    @Override
    public void packed(int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int ldc, boolean add) {
        if (!add) clear(c, co, ldc);
        FloatVector c00 = FloatVector.fromArray(S, c, co), c01 = FloatVector.fromArray(S, c, co + L);
        FloatVector c10 = FloatVector.fromArray(S, c, co + ldc), c11 = FloatVector.fromArray(S, c, co + ldc + L);
        FloatVector c20 = FloatVector.fromArray(S, c, co + 2 * ldc),
                c21 = FloatVector.fromArray(S, c, co + 2 * ldc + L);
        FloatVector c30 = FloatVector.fromArray(S, c, co + 3 * ldc),
                c31 = FloatVector.fromArray(S, c, co + 3 * ldc + L);
        FloatVector c40 = FloatVector.fromArray(S, c, co + 4 * ldc),
                c41 = FloatVector.fromArray(S, c, co + 4 * ldc + L);
        FloatVector c50 = FloatVector.fromArray(S, c, co + 5 * ldc),
                c51 = FloatVector.fromArray(S, c, co + 5 * ldc + L);
        FloatVector c60 = FloatVector.fromArray(S, c, co + 6 * ldc),
                c61 = FloatVector.fromArray(S, c, co + 6 * ldc + L);
        FloatVector c70 = FloatVector.fromArray(S, c, co + 7 * ldc),
                c71 = FloatVector.fromArray(S, c, co + 7 * ldc + L);
        for (int p = 0; p < k; p++) {
            var b0 = FloatVector.fromArray(S, b, bo + p * 2 * L);
            var b1 = FloatVector.fromArray(S, b, bo + p * 2 * L + L);
            var x0 = FloatVector.broadcast(S, a[ao + p * 8 + 0]);
            c00 = x0.fma(b0, c00);
            c01 = x0.fma(b1, c01);
            var x1 = FloatVector.broadcast(S, a[ao + p * 8 + 1]);
            c10 = x1.fma(b0, c10);
            c11 = x1.fma(b1, c11);
            var x2 = FloatVector.broadcast(S, a[ao + p * 8 + 2]);
            c20 = x2.fma(b0, c20);
            c21 = x2.fma(b1, c21);
            var x3 = FloatVector.broadcast(S, a[ao + p * 8 + 3]);
            c30 = x3.fma(b0, c30);
            c31 = x3.fma(b1, c31);
            var x4 = FloatVector.broadcast(S, a[ao + p * 8 + 4]);
            c40 = x4.fma(b0, c40);
            c41 = x4.fma(b1, c41);
            var x5 = FloatVector.broadcast(S, a[ao + p * 8 + 5]);
            c50 = x5.fma(b0, c50);
            c51 = x5.fma(b1, c51);
            var x6 = FloatVector.broadcast(S, a[ao + p * 8 + 6]);
            c60 = x6.fma(b0, c60);
            c61 = x6.fma(b1, c61);
            var x7 = FloatVector.broadcast(S, a[ao + p * 8 + 7]);
            c70 = x7.fma(b0, c70);
            c71 = x7.fma(b1, c71);
        }
        store(c00, c01, c, co);
        store(c10, c11, c, co + ldc);
        store(c20, c21, c, co + 2 * ldc);
        store(c30, c31, c, co + 3 * ldc);
        store(c40, c41, c, co + 4 * ldc);
        store(c50, c51, c, co + 5 * ldc);
        store(c60, c61, c, co + 6 * ldc);
        store(c70, c71, c, co + 7 * ldc);
    }

    @Override
    public void at(int k, float[] a, int ao, float[] b, int bo, int[] at, float[] c, int co, int ldc, boolean add) {
        if (!add) clear(c, co, ldc);
        FloatVector c00 = FloatVector.fromArray(S, c, co), c01 = FloatVector.fromArray(S, c, co + L);
        FloatVector c10 = FloatVector.fromArray(S, c, co + ldc), c11 = FloatVector.fromArray(S, c, co + ldc + L);
        FloatVector c20 = FloatVector.fromArray(S, c, co + 2 * ldc),
                c21 = FloatVector.fromArray(S, c, co + 2 * ldc + L);
        FloatVector c30 = FloatVector.fromArray(S, c, co + 3 * ldc),
                c31 = FloatVector.fromArray(S, c, co + 3 * ldc + L);
        FloatVector c40 = FloatVector.fromArray(S, c, co + 4 * ldc),
                c41 = FloatVector.fromArray(S, c, co + 4 * ldc + L);
        FloatVector c50 = FloatVector.fromArray(S, c, co + 5 * ldc),
                c51 = FloatVector.fromArray(S, c, co + 5 * ldc + L);
        FloatVector c60 = FloatVector.fromArray(S, c, co + 6 * ldc),
                c61 = FloatVector.fromArray(S, c, co + 6 * ldc + L);
        FloatVector c70 = FloatVector.fromArray(S, c, co + 7 * ldc),
                c71 = FloatVector.fromArray(S, c, co + 7 * ldc + L);
        for (int p = 0; p < k; p++) {
            int row = bo + at[p];
            var b0 = FloatVector.fromArray(S, b, row);
            var b1 = FloatVector.fromArray(S, b, row + L);
            var x0 = FloatVector.broadcast(S, a[ao + p * 8 + 0]);
            c00 = x0.fma(b0, c00);
            c01 = x0.fma(b1, c01);
            var x1 = FloatVector.broadcast(S, a[ao + p * 8 + 1]);
            c10 = x1.fma(b0, c10);
            c11 = x1.fma(b1, c11);
            var x2 = FloatVector.broadcast(S, a[ao + p * 8 + 2]);
            c20 = x2.fma(b0, c20);
            c21 = x2.fma(b1, c21);
            var x3 = FloatVector.broadcast(S, a[ao + p * 8 + 3]);
            c30 = x3.fma(b0, c30);
            c31 = x3.fma(b1, c31);
            var x4 = FloatVector.broadcast(S, a[ao + p * 8 + 4]);
            c40 = x4.fma(b0, c40);
            c41 = x4.fma(b1, c41);
            var x5 = FloatVector.broadcast(S, a[ao + p * 8 + 5]);
            c50 = x5.fma(b0, c50);
            c51 = x5.fma(b1, c51);
            var x6 = FloatVector.broadcast(S, a[ao + p * 8 + 6]);
            c60 = x6.fma(b0, c60);
            c61 = x6.fma(b1, c61);
            var x7 = FloatVector.broadcast(S, a[ao + p * 8 + 7]);
            c70 = x7.fma(b0, c70);
            c71 = x7.fma(b1, c71);
        }
        store(c00, c01, c, co);
        store(c10, c11, c, co + ldc);
        store(c20, c21, c, co + 2 * ldc);
        store(c30, c31, c, co + 3 * ldc);
        store(c40, c41, c, co + 4 * ldc);
        store(c50, c51, c, co + 5 * ldc);
        store(c60, c61, c, co + 6 * ldc);
        store(c70, c71, c, co + 7 * ldc);
    }

    @Override
    public void rows(
            int k, float[] a, int ao, int[] at, int first, float[] b, int bo, float[] c, int co, int ldc, boolean add) {
        int a0 = ao + at[first + 0];
        int a1 = ao + at[first + 1];
        int a2 = ao + at[first + 2];
        int a3 = ao + at[first + 3];
        int a4 = ao + at[first + 4];
        int a5 = ao + at[first + 5];
        int a6 = ao + at[first + 6];
        int a7 = ao + at[first + 7];
        if (!add) clear(c, co, ldc);
        FloatVector c00 = FloatVector.fromArray(S, c, co), c01 = FloatVector.fromArray(S, c, co + L);
        FloatVector c10 = FloatVector.fromArray(S, c, co + ldc), c11 = FloatVector.fromArray(S, c, co + ldc + L);
        FloatVector c20 = FloatVector.fromArray(S, c, co + 2 * ldc),
                c21 = FloatVector.fromArray(S, c, co + 2 * ldc + L);
        FloatVector c30 = FloatVector.fromArray(S, c, co + 3 * ldc),
                c31 = FloatVector.fromArray(S, c, co + 3 * ldc + L);
        FloatVector c40 = FloatVector.fromArray(S, c, co + 4 * ldc),
                c41 = FloatVector.fromArray(S, c, co + 4 * ldc + L);
        FloatVector c50 = FloatVector.fromArray(S, c, co + 5 * ldc),
                c51 = FloatVector.fromArray(S, c, co + 5 * ldc + L);
        FloatVector c60 = FloatVector.fromArray(S, c, co + 6 * ldc),
                c61 = FloatVector.fromArray(S, c, co + 6 * ldc + L);
        FloatVector c70 = FloatVector.fromArray(S, c, co + 7 * ldc),
                c71 = FloatVector.fromArray(S, c, co + 7 * ldc + L);
        for (int p = 0; p < k; p++) {
            var b0 = FloatVector.fromArray(S, b, bo + p * 2 * L);
            var b1 = FloatVector.fromArray(S, b, bo + p * 2 * L + L);
            var x0 = FloatVector.broadcast(S, a[a0 + p]);
            c00 = x0.fma(b0, c00);
            c01 = x0.fma(b1, c01);
            var x1 = FloatVector.broadcast(S, a[a1 + p]);
            c10 = x1.fma(b0, c10);
            c11 = x1.fma(b1, c11);
            var x2 = FloatVector.broadcast(S, a[a2 + p]);
            c20 = x2.fma(b0, c20);
            c21 = x2.fma(b1, c21);
            var x3 = FloatVector.broadcast(S, a[a3 + p]);
            c30 = x3.fma(b0, c30);
            c31 = x3.fma(b1, c31);
            var x4 = FloatVector.broadcast(S, a[a4 + p]);
            c40 = x4.fma(b0, c40);
            c41 = x4.fma(b1, c41);
            var x5 = FloatVector.broadcast(S, a[a5 + p]);
            c50 = x5.fma(b0, c50);
            c51 = x5.fma(b1, c51);
            var x6 = FloatVector.broadcast(S, a[a6 + p]);
            c60 = x6.fma(b0, c60);
            c61 = x6.fma(b1, c61);
            var x7 = FloatVector.broadcast(S, a[a7 + p]);
            c70 = x7.fma(b0, c70);
            c71 = x7.fma(b1, c71);
        }
        store(c00, c01, c, co);
        store(c10, c11, c, co + ldc);
        store(c20, c21, c, co + 2 * ldc);
        store(c30, c31, c, co + 3 * ldc);
        store(c40, c41, c, co + 4 * ldc);
        store(c50, c51, c, co + 5 * ldc);
        store(c60, c61, c, co + 6 * ldc);
        store(c70, c71, c, co + 7 * ldc);
    }

    private static void clear(float[] c, int co, int ldc) {
        for (int i = 0; i < 8; i++) Arrays.fill(c, co + i * ldc, co + i * ldc + 2 * L, 0f);
    }

    private static void store(FloatVector left, FloatVector right, float[] c, int co) {
        left.intoArray(c, co);
        right.intoArray(c, co + L);
    }
}
