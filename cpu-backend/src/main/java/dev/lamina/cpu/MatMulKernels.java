package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.MatMul;

/// Matrix products: which matrices of a broadcast batch meet, and the loops for the type.
final class MatMulKernels {
    private final Gemm gemm;
    private final PlainMatMul plain;

    MatMulKernels(Simd simd, Workers workers) {
        this.gemm = new Gemm(simd, workers);
        this.plain = new PlainMatMul(workers);
    }

    void run(MatMul op, View a, View b, View y) {
        if (y.dtype() != DType.F32) {
            plain.run(op, a, b, y);
            return;
        }
        int m = y.shape().dim(-2);
        int n = y.shape().dim(-1);
        int k = a.shape().dim(op.ta() ? -2 : -1);
        Matrix left = matrix(a, op.ta());
        Matrix right = matrix(b, op.tb());
        Matrix out = matrix(y, false);
        if (y.shape().rank() == 2) {
            gemm.multiply(m, n, k, left, right, out, false);
            return;
        }
        Shape batch = MatMul.batch(y.shape());
        int count = (int) batch.size();
        int sa = step(MatMul.batch(a.shape()), batch, m * k);
        int sb = step(MatMul.batch(b.shape()), batch, k * n);
        if (sa >= 0 && sb >= 0) {
            gemm.multiply(count, m, n, k, left, sa, right, sb, out, m * n, false);
            return;
        }
        var atA = new Broadcast(MatMul.batch(a.shape()), batch);
        var atB = new Broadcast(MatMul.batch(b.shape()), batch);
        for (int i = 0; i < count; i++)
            gemm.multiply(
                    m,
                    n,
                    k,
                    left.shift(atA.index(i) * m * k),
                    right.shift(atB.index(i) * k * n),
                    out.shift(i * m * n),
                    false);
    }

    /// Floats between the matrices of consecutive products, or -1 if they are not evenly spaced.
    private static int step(Shape own, Shape batch, int size) {
        return own.size() == 1 ? 0 : own.size() == batch.size() ? size : -1;
    }

    private static Matrix matrix(View v, boolean transposed) {
        return new Matrix(
                (float[]) v.memory(), Math.toIntExact(v.offset()), v.shape().dim(-1), transposed);
    }
}
