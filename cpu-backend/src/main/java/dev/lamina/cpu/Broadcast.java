package dev.lamina.cpu;

import dev.lamina.Shape;

/// Where the elements of a tensor lie that broadcasts to a larger shape. Neighbouring axes that broadcast alike
/// are merged, so few divisions remain.
final class Broadcast {
    private final int[] sizes;
    private final int[] strides;

    Broadcast(Shape from, Shape to) {
        int rank = to.rank();
        int[] size = new int[rank];
        int[] stride = new int[rank];
        int n = 0;
        long step = from.size();
        int lead = rank - from.rank();
        for (int a = 0; a < rank; a++) {
            int own = a < lead ? 1 : from.dim(a - lead);
            if (to.dim(a) == 1) continue;
            if (own != 1) step /= own;
            int s = own == 1 ? 0 : (int) step;
            if (n > 0 && stride[n - 1] == s * (long) to.dim(a)) {
                size[n - 1] *= to.dim(a);
                stride[n - 1] = s;
            } else {
                size[n] = to.dim(a);
                stride[n++] = s;
            }
        }
        sizes = java.util.Arrays.copyOf(size, n);
        strides = java.util.Arrays.copyOf(stride, n);
    }

    /// True if the elements lie in order, each once.
    boolean identity() {
        return sizes.length == 0 || sizes.length == 1 && strides[0] == 1;
    }

    /// The position in the smaller tensor of element `i` of the larger.
    int index(int i) {
        int at = 0;
        for (int a = sizes.length - 1; a >= 0; a--) {
            at += i % sizes[a] * strides[a];
            i /= sizes[a];
        }
        return at;
    }

    /// Elements `from` to `from + n` of the larger tensor, copied to `y`.
    void expand(float[] x, int xo, int from, int n, float[] y, int yo) {
        int inner = sizes[sizes.length - 1];
        int stride = strides[sizes.length - 1];
        for (int i = 0; i < n; ) {
            int run = Math.min(n - i, inner - (from + i) % inner);
            int at = xo + index(from + i);
            if (stride == 0) java.util.Arrays.fill(y, yo + i, yo + i + run, x[at]);
            else if (stride == 1) System.arraycopy(x, at, y, yo + i, run);
            else for (int k = 0; k < run; k++) y[yo + i + k] = x[at + k * stride];
            i += run;
        }
    }
}
