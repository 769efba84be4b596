package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Tensor;

/// Matrix products: square ones, thin ones, and those of layers. `m x k` times `k x n`.
public enum GemmShape implements Case {
    SQUARE_64(64, 64, 64),
    SQUARE_128(128, 128, 128),
    SQUARE_256(256, 256, 256),
    SQUARE_512(512, 512, 512),
    SQUARE_1024(1024, 1024, 1024),
    SQUARE_256_TN(256, 256, 256, true, false),
    SQUARE_256_NT(256, 256, 256, false, true),
    SQUARE_1024_TN(1024, 1024, 1024, true, false),
    SQUARE_1024_NT(1024, 1024, 1024, false, true),
    /// One sample through a dense layer: bound by reading the matrix.
    VECTOR(1, 1024, 1024),
    THIN_8(8, 1024, 1024),
    /// A long inner product, as the gradient of a bias-like weight.
    DEEP(32, 32, 16384),
    /// The dense layers of the benchmark CNN at batch 64: forward, gradient of the input, of the weight.
    CNN_DENSE(64, 128, 9216, false, true),
    CNN_DENSE_INPUT(64, 9216, 128),
    CNN_DENSE_WEIGHT(128, 9216, 64, true, false),
    CNN_LOGITS(64, 10, 128, false, true),
    /// The four gates of an LSTM of 256 units at batch 32, and their gradients.
    LSTM_GATES(32, 1024, 256, false, true),
    LSTM_GATES_INPUT(32, 256, 1024),
    LSTM_GATES_WEIGHT(1024, 256, 32, true, false);

    public final int m;
    public final int n;
    public final int k;
    /// The left matrix is stored `k x m`.
    public final boolean transposeLeft;

    /// The right matrix is stored `n x k`.
    public final boolean transposeRight;

    GemmShape(int m, int n, int k) {
        this(m, n, k, false, false);
    }

    GemmShape(int m, int n, int k, boolean transposeLeft, boolean transposeRight) {
        this.m = m;
        this.n = n;
        this.k = k;
        this.transposeLeft = transposeLeft;
        this.transposeRight = transposeRight;
    }

    public int[] left() {
        return transposeLeft ? new int[] {k, m} : new int[] {m, k};
    }

    public int[] right() {
        return transposeRight ? new int[] {n, k} : new int[] {k, n};
    }

    public Work work() {
        return new Work(2.0 * m * n * k, 4.0 * ((double) m * k + (double) k * n + (double) m * n));
    }

    @Override
    public Task task() {
        var rng = new Rng(1);
        Tensor a = Tensor.uniform(rng, left());
        Tensor b = Tensor.uniform(rng, right());
        return new Task(work(), () -> a.matmul(b, transposeLeft, transposeRight));
    }

    /// Such as `64 x 9216 x 128, NT`.
    @Override
    public String title() {
        return "%d x %d x %d%s"
                .formatted(
                        m,
                        k,
                        n,
                        transposeLeft || transposeRight
                                ? ", " + (transposeLeft ? "T" : "N") + (transposeRight ? "T" : "N")
                                : "");
    }
}
