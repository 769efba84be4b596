package dev.lamina.cpu;

/// The sizes of a two-dimensional convolution of x `[n, c, h, w]` with weight `[o, c / groups, kh, kw]`, which
/// gives y `[n, o, oh, ow]`: each y is the sum over the channels of its group and the places (i, j) of the
/// kernel of weight times x at row `r * strideH + i * dilationH - top`, and the column likewise; x is zero
/// outside.
record Conv2dShape(
        int n,
        int c,
        int h,
        int w,
        int o,
        int kh,
        int kw,
        int strideH,
        int strideW,
        int top,
        int left,
        int bottom,
        int right,
        int dilationH,
        int dilationW,
        int groups) {

    int oh() {
        return size(h + top + bottom - (kh - 1) * dilationH - 1, strideH);
    }

    int ow() {
        return size(w + left + right - (kw - 1) * dilationW - 1, strideW);
    }

    private static int size(int room, int stride) {
        return room < 0 ? 0 : room / stride + 1;
    }

    /// Input channels of one group.
    int inputs() {
        return c / groups;
    }

    /// Output channels of one group.
    int outputs() {
        return o / groups;
    }

    /// Places of the kernel.
    int places() {
        return kh * kw;
    }

    boolean empty() {
        return n == 0 || oh() == 0 || ow() == 0 || c == 0 || o == 0 || places() == 0;
    }

    /// A convolution that is one matrix product per image.
    boolean pointwise() {
        return places() == 1
                && groups == 1
                && strideH == 1
                && strideW == 1
                && top == 0
                && left == 0
                && bottom == 0
                && right == 0;
    }
}
