package dev.lamina;

import dev.lamina.op.Attention;
import dev.lamina.op.AvgPool2d;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Conv2dInput;
import dev.lamina.op.LogSoftmax;
import dev.lamina.op.MatMul;
import dev.lamina.op.MaxPool2d;
import dev.lamina.op.Normalize;
import dev.lamina.op.Softmax;
import dev.lamina.op.Window;
import java.util.Arrays;
import java.util.List;

/// Products, convolutions, pooling and normalisation. Images are `[n, c, h, w]`.
public sealed interface NeuralOps permits Tensor {
    private Tensor self() {
        return (Tensor) this;
    }

    private Shape sh() {
        return self().shape();
    }

    /// `[..., m, k] x [..., k, n] = [..., m, n]`; leading axes broadcast.
    default Tensor matmul(Tensor o) {
        return matmul(o, false, false);
    }

    /// Matrix product with operands that are stored transposed. A matrix on the right is applied to all leading
    /// axes in one product.
    default Tensor matmul(Tensor o, boolean transposeThis, boolean transposeOther) {
        if (transposeThis || sh().rank() <= 2 || o.shape().rank() != 2)
            return new MatMul(transposeThis, transposeOther).on(self(), o);
        int last = sh().rank() - 1;
        Tensor rows = self().reshape(Shape.of((int) sh().size(0, last), sh().dim(last)));
        Tensor y = new MatMul(false, transposeOther).on(rows, o);
        return y.reshape(sh().with(last, y.shape().dim(1)));
    }

    default Tensor softmax(int axis) {
        return new Softmax(sh().axis("softmax", axis)).on(self());
    }

    default Tensor logSoftmax(int axis) {
        return new LogSoftmax(sh().axis("log_softmax", axis)).on(self());
    }

    /// Attention of the queries in this `[b, h, tq, d]` to `k [b, h, tk, d]`: the mean of `v [b, h, tk, dv]`, weighted
    /// by the softmax of the scores `q k^T / sqrt(d)`. See `Attention`, and `dev.lamina.nn.AttentionMask` for more
    /// masks.
    ///
    /// @param causal the last query is at the place of the last key, and none sees later keys than its own
    default Tensor attention(Tensor k, Tensor v, boolean causal) {
        return Attention.of(sh(), causal, false, false).on(self(), k, v);
    }

    /// Cross-correlation with `weight [o, c / groups, kh, kw]`.
    default Tensor conv2d(Tensor weight, Window window, int groups) {
        return new Conv2d(window, groups).on(self(), weight);
    }

    /// Transposed convolution of `x [n, o, oh, ow]` with `weight [o, c / groups, kh, kw]` to
    /// `[n, c, (oh - 1) * stride - padding + dilation * (kh - 1) + outputPadding + 1, ...]`.
    default Tensor convTranspose2d(Tensor weight, Window window, int groups, int outputPadH, int outputPadW) {
        int h = (sh().dim(2) - 1) * window.strideH()
                - window.top()
                - window.bottom()
                + window.dilationH() * (window.kernelH() - 1)
                + outputPadH
                + 1;
        int w = (sh().dim(3) - 1) * window.strideW()
                - window.left()
                - window.right()
                + window.dilationW() * (window.kernelW() - 1)
                + outputPadW
                + 1;
        Shape y = Shape.of(sh().dim(0), weight.shape().dim(1) * groups, h, w);
        return new Conv2dInput(window, groups, y).on(self(), weight);
    }

    default Tensor maxPool2d(Window window) {
        return new MaxPool2d(window).on(self());
    }

    /// @param includePad count padding in the divisor
    default Tensor avgPool2d(Window window, boolean includePad) {
        return new AvgPool2d(window, includePad).on(self());
    }

    /// The mean over rows and columns: `[n, c, h, w] -> [n, c, 1, 1]`.
    default Tensor globalAvgPool2d() {
        return self().mean(2, true).mean(3, true);
    }

    /// The means over `h` x `w` windows that cover the input evenly, as PyTorch lays them: output i averages
    /// rows `floor(i * rows / h)` to `ceil((i + 1) * rows / h)`.
    default Tensor adaptiveAvgPool2d(int h, int w) {
        return separable(Interpolation.adaptiveMean(sh().dim(2), h), Interpolation.adaptiveMean(sh().dim(3), w));
    }

    /// Each pixel repeated `factor` times in rows and columns.
    default Tensor upsampleNearest2d(int factor) {
        Shape s = sh();
        Tensor split = self().reshape(s.dim(0), s.dim(1), s.dim(2), 1, s.dim(3), 1);
        return split.broadcastTo(Shape.of(s.dim(0), s.dim(1), s.dim(2), factor, s.dim(3), factor))
                .reshape(s.dim(0), s.dim(1), s.dim(2) * factor, s.dim(3) * factor);
    }

    /// Linear interpolation in rows and columns to `h` x `w`.
    ///
    /// @param alignCorners corner pixels keep their values; otherwise pixels are areas, as in PyTorch
    default Tensor upsampleBilinear2d(int h, int w, boolean alignCorners) {
        return separable(
                Interpolation.linear(sh().dim(2), h, alignCorners), Interpolation.linear(sh().dim(3), w, alignCorners));
    }

    /// `rows x this x columns^T` over the last two axes.
    private Tensor separable(float[][] rows, float[][] columns) {
        Tensor x = self();
        return matrix(x, rows).matmul(x.matmul(matrix(x, columns), false, true));
    }

    private static Tensor matrix(Tensor like, float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        return like.device()
                .with(() -> Tensor.of(flat, rows.length, rows[0].length))
                .cast(like.dtype());
    }

    /// Shifted and scaled to mean 0 and variance 1 along `axes`.
    default Tensor normalize(double eps, int... axes) {
        return normalized(eps, axes).getFirst();
    }

    /// The normalised tensor, the mean and 1 / sqrt(variance + eps); see `Normalize`.
    default List<Tensor> normalized(double eps, int... axes) {
        var normal = Arrays.stream(axes)
                .map(a -> sh().axis("normalize", a))
                .sorted()
                .boxed()
                .toList();
        return Tensor.apply(new Normalize(normal, eps), List.of(self()));
    }
}
