package dev.lamina.op;

import dev.lamina.Shape;
import dev.lamina.ShapeException;

/// The geometry of a 2d convolution or pooling: kernel, stride, padding and dilation, in rows and columns.
///
/// @param ceil also count windows that overhang the padded input, if they start inside the input or its left
/// padding
public record Window(
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int top,
        int left,
        int bottom,
        int right,
        int dilationH,
        int dilationW,
        boolean ceil) {
    public Window {
        if (kernelH < 1 || kernelW < 1 || strideH < 1 || strideW < 1 || dilationH < 1 || dilationW < 1)
            throw new ShapeException("window: kernel, stride and dilation must be positive");
        if (top < 0 || left < 0 || bottom < 0 || right < 0)
            throw new ShapeException("window: padding must not be negative");
    }

    /// A square window.
    public static Window of(int kernel, int stride, int padding) {
        return new Window(kernel, kernel, stride, stride, padding, padding, padding, padding, 1, 1, false);
    }

    public Window withCeil(boolean ceil) {
        return new Window(kernelH, kernelW, strideH, strideW, top, left, bottom, right, dilationH, dilationW, ceil);
    }

    /// Rows of the output for `h` rows of input.
    public int outH(int h) {
        return out(h, kernelH, strideH, top, bottom, dilationH);
    }

    /// Columns of the output for `w` columns of input.
    public int outW(int w) {
        return out(w, kernelW, strideW, left, right, dilationW);
    }

    private int out(int size, int kernel, int stride, int before, int after, int dilation) {
        int span = size + before + after - dilation * (kernel - 1) - 1;
        if (span < 0) return 0;
        if (!ceil) return span / stride + 1;
        int n = (span + stride - 1) / stride + 1;
        return (n - 1) * stride >= size + before ? n - 1 : n;
    }

    /// `x [n, c, h, w]` with rows and columns replaced by those of the output, and channels by `channels`.
    Shape output(String op, Shape x, int channels) {
        Check.rank(op, "n, c, h, w", x);
        int h = outH(x.dim(2));
        int w = outW(x.dim(3));
        if (h < 1 || w < 1)
            throw new ShapeException(op + ": a " + kernelH + " x " + kernelW + " window (dilation " + dilationH + " x "
                    + dilationW + ") does not fit into " + x + " with padding " + top + "," + left + "," + bottom + ","
                    + right);
        return Shape.of(x.dim(0), channels, h, w);
    }
}
