package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
import java.util.Arrays;
/// [Simd] without the Vector API: plain loops with the same results up to rounding, several times slower.

final class ScalarSimd implements Simd {
    @Override
    public int rows() {
        return ScalarGemm.ROWS;
    }

    @Override
    public int columns() {
        return ScalarGemm.COLUMNS;
    }

    @Override
    public void multiply(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge) {
        ScalarGemm.multiply(m, n, k, a, ao, b, bo, c, co, ldc, add);
    }

    @Override
    public void multiplyAt(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] at,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge) {
        ScalarGemm.multiplyAt(m, n, k, a, ao, b, bo, at, c, co, ldc, add);
    }

    @Override
    public void multiplyRows(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int[] at,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge) {
        ScalarGemm.multiplyRows(m, n, k, a, ao, at, b, bo, c, co, ldc, add);
    }

    @Override
    public void multiplyTurned(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int step,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge) {
        ScalarGemm.multiplyTurned(m, n, k, a, ao, step, b, bo, c, co, ldc, add);
    }

    @Override
    public void multiplyInPlace(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int down,
            int along,
            float[] b,
            int bo,
            int ldb,
            float[] c,
            int co,
            int ldc) {
        ScalarGemm.multiplyInPlace(m, n, k, a, ao, down, along, b, bo, ldb, c, co, ldc);
    }

    @Override
    public TileTransforms tileTransforms() {
        return null;
    }

    @Override
    public void copyPanel(int count, float[] from, int fo, int step, float[] to, int t) {
        for (int p = 0; p < count; p++) {
            System.arraycopy(from, fo + p * step, to, t + p * ScalarGemm.COLUMNS, ScalarGemm.COLUMNS);
        }
    }

    @Override
    public boolean multipliesDots(int m, int n, int k) {
        return false;
    }

    @Override
    public void multiplyDots(int m, int n, int k, Matrix a, Matrix b, Matrix c) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void across(int rows, int k, float[] from, int fo, int ld, float[] to, int t, int width) {
        Pack.across(rows, k, from, fo, ld, to, t, width);
    }

    @Override
    public void gather(int k, float[] x, int xo, int[] at, int[] pieces, int first, float[] to, int t) {
        int half = ScalarGemm.COLUMNS / 2;
        int end = first + 2 * pieces[first];
        for (int p = 0; p < k; p++, t += ScalarGemm.COLUMNS)
            for (int i = first; i < end; i += 2) {
                int from = xo + at[p] + pieces[i + 1];
                System.arraycopy(x, from, to, t + pieces[i + 2], Math.min(half, x.length - from));
            }
    }

    @Override
    public void copyRows(int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int byY) {
        for (int r = 0; r < rows; r++) System.arraycopy(x, xo + r * byX, y, yo + r * byY, n);
    }

    @Override
    public void addBlocks(
            int blocks, int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int[] at, int pitch) {
        for (int p = 0; p < blocks; p++)
            for (int r = 0; r < rows; r++) axpy(n, 1, x, xo + p * byX + r * n, y, yo + at[p] + r * pitch);
    }

    @Override
    public void weightedSum(
            int rows, int n, int k, float[] a, int ao, float[] x, int xo, int[] at, int pitch, float[] y, int yo) {
        Arrays.fill(y, yo, yo + rows * n, 0f);
        for (int r = 0; r < rows; r++)
            for (int p = 0; p < k; p++) axpy(n, a[ao + p], x, xo + at[p] + r * pitch, y, yo + r * n);
    }

    @Override
    public void innerProducts(
            int rows, int n, int k, float[] a, int ao, float[] x, int xo, int[] at, int pitch, float[] c, int co) {
        for (int p = 0; p < k; p++)
            for (int r = 0; r < rows; r++)
                c[co + p * ScalarGemm.COLUMNS] += dot(n, a, ao + r * n, x, xo + at[p] + r * pitch);
    }

    @Override
    public void transpose(int m, int n, float[] from, int fo, int ld, float[] to, int t, int ldt, float[] work) {
        for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) to[t + j * ldt + i] = from[fo + i * ld + j];
    }

    @Override
    public void everyOther(int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int byY) {
        for (int r = 0; r < rows; r++) for (int i = 0; i < n; i++) y[yo + r * byY + i] = x[xo + r * byX + 2 * i];
    }

    @Override
    public void interleave(int rows, int n, float[] x, int xo, float[] y, int yo, int by, float[] z, int zo, int byZ) {
        for (int r = 0; r < rows; r++, xo += by, yo += by, zo += byZ)
            for (int i = 0; i < n; i++) z[zo + i] = i % 2 == 0 ? x[xo + i / 2] : y[yo + i / 2];
    }

    @Override
    public void axpy(int n, float s, float[] x, int xo, float[] y, int yo) {
        ScalarGemm.axpy(n, s, x, xo, y, yo);
    }

    @Override
    public float dot(int n, float[] x, int xo, float[] y, int yo) {
        return ScalarGemm.dot(n, x, xo, y, yo);
    }

    /// Four running doubles, more exact than the vector loop and as fast as a plain loop gets.
    @Override
    public double sum(int n, float[] x, int xo) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int i = 0;
        for (; i <= n - 4; i += 4) {
            s0 += x[xo + i];
            s1 += x[xo + i + 1];
            s2 += x[xo + i + 2];
            s3 += x[xo + i + 3];
        }
        for (; i < n; i++) {
            s0 += x[xo + i];
        }
        return s0 + s1 + (s2 + s3);
    }

    @Override
    public float max(int n, float[] x, int xo) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, x[xo + i]);
        }
        return max;
    }

    @Override
    public float min(int n, float[] x, int xo) {
        float min = Float.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            min = Math.min(min, x[xo + i]);
        }
        return min;
    }

    @Override
    public double expSum(int n, float[] x, int xo, float less, float[] y, int yo) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += y[yo + i] = ScalarMath.exp(x[xo + i] - less);
        }
        return sum;
    }

    @Override
    public double squares(int n, float[] x, int xo, float mean) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float d = x[xo + i] - mean;
            sum += d * d;
        }
        return sum;
    }

    @Override
    public void shiftScale(int n, float[] x, int xo, float mean, float scale, float[] y, int yo) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = (x[xo + i] - mean) * scale;
        }
    }

    @Override
    public void shiftScale(
            int n, float[] x, int xo, float mean, float scale, float shift, float least, float[] y, int yo) {
        for (int i = 0; i < n; i++) {
            float v = (x[xo + i] - mean) * scale + shift;
            y[yo + i] = v <= least ? least : v;
        }
    }

    @Override
    public void sums(int n, float[] x, int xo, float[] y, int yo, float centre, double[] sums) {
        double sum = 0;
        double product = 0;
        for (int i = 0; i < n; i++) {
            sum += x[xo + i];
            product += (double) x[xo + i] * (y[yo + i] - centre);
        }
        sums[0] += sum;
        sums[1] += product;
    }

    @Override
    public void lessLine(
            int n,
            float[] x,
            int xo,
            float mean,
            float[] y,
            int yo,
            float centre,
            float slope,
            float scale,
            float[] z,
            int zo) {
        for (int i = 0; i < n; i++) {
            z[zo + i] = (x[xo + i] - mean - (y[yo + i] - centre) * slope) * scale;
        }
    }

    @Override
    public void unary(UnaryFn f, int n, float[] x, int xo, float[] y, int yo) {
        ScalarMap.unary(f, n, x, xo, y, yo);
    }

    @Override
    public void binary(BinaryFn f, int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        ScalarMap.binary(f, n, x, xo, 1, y, yo, 1, z, zo);
    }

    @Override
    public void binary(BinaryFn f, int n, float[] x, int xo, float s, float[] z, int zo) {
        var single = Scratch.floats(1);
        single[0] = s;
        ScalarMap.binary(f, n, x, xo, 1, single, 0, 0, z, zo);
        Scratch.give(single);
    }

    @Override
    public void binary(BinaryFn f, int n, float s, float[] y, int yo, float[] z, int zo) {
        var single = Scratch.floats(1);
        single[0] = s;
        ScalarMap.binary(f, n, single, 0, 0, y, yo, 1, z, zo);
        Scratch.give(single);
    }

    @Override
    public void where(int n, float[] cond, int co, float[] yes, int yesAt, float[] no, int noAt, float[] z, int zo) {
        for (int i = 0; i < n; i++) {
            z[zo + i] = cond[co + i] != 0f ? yes[yesAt + i] : no[noAt + i];
        }
    }

    @Override
    public FusedProgram fuse(BlockProgram program) {
        return null;
    }

    @Override
    public void maxOfFour(int rows, int n, float[] x, int xo, int w, float[] y, int yo, int[] index, int io) {
        ScalarPool.max(rows, n, x, xo, w, 0, y, yo, index, io);
    }

    @Override
    public void meanOfFour(int rows, int n, float[] x, int xo, int w, float[] y, int yo) {
        ScalarPool.mean(rows, n, x, xo, w, y, yo);
    }
}
