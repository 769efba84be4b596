package dev.lamina.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// 4 rows by 2 vectors, for machines with 16 vector registers: 8 accumulators, 2 of B and 1 of A leave room.
///
/// Eight accumulators just cover two FMA units with a latency of four. With 6 rows C2 keeps one accumulator in
/// memory inside the loop and the speed falls by two thirds.
final class Tile4x2 implements Tile {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    @Override
    public int rows() {
        return 4;
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
        for (int p = 0; p < k; p++) {
            var b0 = FloatVector.fromArray(S, b, bo + p * 2 * L);
            var b1 = FloatVector.fromArray(S, b, bo + p * 2 * L + L);
            var x0 = FloatVector.broadcast(S, a[ao + p * 4 + 0]);
            c00 = x0.fma(b0, c00);
            c01 = x0.fma(b1, c01);
            var x1 = FloatVector.broadcast(S, a[ao + p * 4 + 1]);
            c10 = x1.fma(b0, c10);
            c11 = x1.fma(b1, c11);
            var x2 = FloatVector.broadcast(S, a[ao + p * 4 + 2]);
            c20 = x2.fma(b0, c20);
            c21 = x2.fma(b1, c21);
            var x3 = FloatVector.broadcast(S, a[ao + p * 4 + 3]);
            c30 = x3.fma(b0, c30);
            c31 = x3.fma(b1, c31);
        }
        store(c00, c01, c, co, add);
        store(c10, c11, c, co + ldc, add);
        store(c20, c21, c, co + 2 * ldc, add);
        store(c30, c31, c, co + 3 * ldc, add);
    }

    @Override
    public void at(int k, float[] a, int ao, float[] b, int bo, int[] at, float[] c, int co, int ldc, boolean add) {
        var zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        for (int p = 0; p < k; p++) {
            int row = bo + at[p];
            var b0 = FloatVector.fromArray(S, b, row);
            var b1 = FloatVector.fromArray(S, b, row + L);
            var x0 = FloatVector.broadcast(S, a[ao + p * 4 + 0]);
            c00 = x0.fma(b0, c00);
            c01 = x0.fma(b1, c01);
            var x1 = FloatVector.broadcast(S, a[ao + p * 4 + 1]);
            c10 = x1.fma(b0, c10);
            c11 = x1.fma(b1, c11);
            var x2 = FloatVector.broadcast(S, a[ao + p * 4 + 2]);
            c20 = x2.fma(b0, c20);
            c21 = x2.fma(b1, c21);
            var x3 = FloatVector.broadcast(S, a[ao + p * 4 + 3]);
            c30 = x3.fma(b0, c30);
            c31 = x3.fma(b1, c31);
        }
        store(c00, c01, c, co, add);
        store(c10, c11, c, co + ldc, add);
        store(c20, c21, c, co + 2 * ldc, add);
        store(c30, c31, c, co + 3 * ldc, add);
    }

    @Override
    public void rows(
            int k, float[] a, int ao, int[] at, int first, float[] b, int bo, float[] c, int co, int ldc, boolean add) {
        int a0 = ao + at[first + 0];
        int a1 = ao + at[first + 1];
        int a2 = ao + at[first + 2];
        int a3 = ao + at[first + 3];
        var zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
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
        }
        store(c00, c01, c, co, add);
        store(c10, c11, c, co + ldc, add);
        store(c20, c21, c, co + 2 * ldc, add);
        store(c30, c31, c, co + 3 * ldc, add);
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
