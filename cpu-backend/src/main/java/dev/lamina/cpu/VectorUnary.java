package dev.lamina.cpu;

import dev.lamina.op.Expr.UnaryFn;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// `y = f(x)` over a range: whole vectors where they lie, what is left over through a vector of scratch. So a
/// value does not depend on its position, and each loop holds its function once.
final class VectorUnary {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private VectorUnary() {}

    static void run(UnaryFn f, int n, float[] x, int xo, float[] y, int yo) {
        int whole = n - n % L;
        VectorTable.unary(f, whole, x, xo, y, yo);
        if (whole < n) {
            var rest = Scratch.floats(L);
            for (int i = 0; i < L; i++) {
                rest[i] = whole + i < n ? x[xo + whole + i] : 1f;
            }
            VectorTable.unary(f, L, rest, 0, rest, 0);
            for (int i = whole; i < n; i++) {
                y[yo + i] = rest[i - whole];
            }
            Scratch.give(rest);
        }
    }

    static void neg(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector.fromArray(S, x, xo + i).neg().intoArray(y, yo + i);
        }
    }

    static void abs(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector.fromArray(S, x, xo + i).abs().intoArray(y, yo + i);
        }
    }

    static void sqrt(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector.fromArray(S, x, xo + i).sqrt().intoArray(y, yo + i);
        }
    }

    static FloatVector rsqrt(FloatVector v) {
        return FloatVector.broadcast(S, 1f).div(v.sqrt());
    }

    static void rsqrt(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            rsqrt(FloatVector.fromArray(S, x, xo + i)).intoArray(y, yo + i);
        }
    }
}
