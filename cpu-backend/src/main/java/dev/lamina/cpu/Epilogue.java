package dev.lamina.cpu;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Affine;
import dev.lamina.op.Expr.BinaryFn;

/// What follows each sum of a convolution, done while it is still in a cache: the bias of its channel, then a function
/// of one input, such as relu.
final class Epilogue {
    /// No bias and no function.
    static final Epilogue NONE = new Epilogue(null, 0, null);

    private final float[] bias;
    private final int at;
    private final InPlace function;

    private Epilogue(float[] bias, int at, InPlace function) {
        this.bias = bias;
        this.at = at;
        this.function = function;
    }

    /// The epilogue of an op with result y `[n, o, oh, ow]`; [#NONE] if its bias is not one number for each channel.
    static Epilogue of(PointwiseKernels pointwise, Affine op, View bias, View y) {
        Shape s = bias.shape();
        int channels = y.shape().dim(1);
        if (y.dtype() != DType.F32 || s.rank() < 3 || s.dim(s.rank() - 3) != channels || s.size() != channels)
            return NONE;
        return new Epilogue(
                (float[]) bias.memory(),
                Math.toIntExact(bias.offset()),
                op.activation().map(f -> pointwise.inPlace(f, y.shape().size())).orElse(null));
    }

    /// Does all for n sums whose channels lie side by side, pixel after pixel.
    ///
    /// @param work scratch for the channels of a pixel
    void apply(TileTransforms transforms, int channel, int count, float[] y, int n, float[] work) {
        if (bias == null) return;
        System.arraycopy(bias, at + channel, work, 0, count);
        transforms.add(n / transforms.lanes(), y, work);
        finish(y, 0, n);
    }

    /// Does all for `n` sums of each of `count` channels, which lie `step` apart.
    void apply(Simd simd, int channel, int count, float[] y, int from, int step, int n) {
        if (bias == null) return;
        for (int c = 0; c < count; c++)
            simd.binary(BinaryFn.ADD, n, y, from + c * step, bias[at + channel + c], y, from + c * step);
        if (n == step) finish(y, from, count * n);
        else for (int c = 0; c < count; c++) finish(y, from + c * step, n);
    }

    /// Applies the function to sums that have their biases.
    private void finish(float[] y, int from, int n) {
        if (function != null) function.run(y, from, n);
    }
}
