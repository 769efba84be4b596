package dev.lamina.nn;

import dev.lamina.op.Window;

/// The kernel, stride, padding and dilation of a layer, before the size of its input is known.
///
/// @param same pad as much as makes `ceil(size / stride)` outputs; the odd row or column goes to the end
record Geometry(
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padH,
        int padW,
        int dilationH,
        int dilationW,
        boolean same,
        boolean ceil) {
    /// Stride 1, no padding.
    static Geometry of(String layer, int h, int w) {
        return new Geometry(
                Expect.positive(layer, "kernel", h),
                Expect.positive(layer, "kernel", w),
                1,
                1,
                0,
                0,
                1,
                1,
                false,
                false);
    }

    Geometry stride(int h, int w) {
        return new Geometry(
                kernelH,
                kernelW,
                Expect.positive("window", "stride", h),
                Expect.positive("window", "stride", w),
                padH,
                padW,
                dilationH,
                dilationW,
                same,
                ceil);
    }

    Geometry padding(int h, int w) {
        return new Geometry(kernelH, kernelW, strideH, strideW, h, w, dilationH, dilationW, false, ceil);
    }

    Geometry dilation(int h, int w) {
        return new Geometry(kernelH, kernelW, strideH, strideW, padH, padW, h, w, same, ceil);
    }

    Geometry withSame() {
        return new Geometry(kernelH, kernelW, strideH, strideW, 0, 0, dilationH, dilationW, true, ceil);
    }

    Geometry withCeil() {
        return new Geometry(kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW, same, true);
    }

    /// The window for an input of `h` rows and `w` columns.
    Window window(int h, int w) {
        if (!same) return window(padH, padW, padH, padW);
        int rows = total(h, kernelH, strideH, dilationH);
        int columns = total(w, kernelW, strideW, dilationW);
        return window(rows / 2, columns / 2, rows - rows / 2, columns - columns / 2);
    }

    /// The window where the padding does not depend on the input.
    Window window() {
        return window(padH, padW, padH, padW);
    }

    private Window window(int top, int left, int bottom, int right) {
        return new Window(kernelH, kernelW, strideH, strideW, top, left, bottom, right, dilationH, dilationW, ceil);
    }

    private static int total(int size, int kernel, int stride, int dilation) {
        int outputs = (size + stride - 1) / stride;
        return Math.max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size);
    }
}
