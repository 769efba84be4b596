package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// 8 rows by 2 vectors, for machines with 32 vector registers: 16 accumulators, 2 of B and 1 of A leave room.
///
/// Fewer loads for each FMA than with 4 rows, which matters where a vector is as wide as what a core loads per
/// cycle.
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
        var zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        FloatVector c50 = zero, c51 = zero;
        FloatVector c60 = zero, c61 = zero;
        FloatVector c70 = zero, c71 = zero;
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
        store(c00, c01, c, co, add);
        store(c10, c11, c, co + ldc, add);
        store(c20, c21, c, co + 2 * ldc, add);
        store(c30, c31, c, co + 3 * ldc, add);
        store(c40, c41, c, co + 4 * ldc, add);
        store(c50, c51, c, co + 5 * ldc, add);
        store(c60, c61, c, co + 6 * ldc, add);
        store(c70, c71, c, co + 7 * ldc, add);
    }

    @Override
    public void at(int k, float[] a, int ao, float[] b, int bo, int[] at, float[] c, int co, int ldc, boolean add) {
        var zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        FloatVector c50 = zero, c51 = zero;
        FloatVector c60 = zero, c61 = zero;
        FloatVector c70 = zero, c71 = zero;
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
        store(c00, c01, c, co, add);
        store(c10, c11, c, co + ldc, add);
        store(c20, c21, c, co + 2 * ldc, add);
        store(c30, c31, c, co + 3 * ldc, add);
        store(c40, c41, c, co + 4 * ldc, add);
        store(c50, c51, c, co + 5 * ldc, add);
        store(c60, c61, c, co + 6 * ldc, add);
        store(c70, c71, c, co + 7 * ldc, add);
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
        var zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        FloatVector c50 = zero, c51 = zero;
        FloatVector c60 = zero, c61 = zero;
        FloatVector c70 = zero, c71 = zero;
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
        store(c00, c01, c, co, add);
        store(c10, c11, c, co + ldc, add);
        store(c20, c21, c, co + 2 * ldc, add);
        store(c30, c31, c, co + 3 * ldc, add);
        store(c40, c41, c, co + 4 * ldc, add);
        store(c50, c51, c, co + 5 * ldc, add);
        store(c60, c61, c, co + 6 * ldc, add);
        store(c70, c71, c, co + 7 * ldc, add);
    }

    private static void store(FloatVector left, FloatVector right, float[] c, int co, boolean add) {
        if (add) {
            left = left.add(FloatVector.fromArray(S, c, co));
            right = right.add(FloatVector.fromArray(S, c, co + L));
        }
        left.intoArray(c, co);
        right.intoArray(c, co + L);
    }
}
