package dev.lamina.cpu;

/// The sizes of a two-dimensional pooling over `planes` planes `[h, w]` (batch and channels together).
///
/// With `ceil` a last window that hangs over the padded border counts too, if it begins on the plane or on the
/// padding before it.
record Pool2dShape(
        int planes,
        int h,
        int w,
        int kh,
        int kw,
        int strideH,
        int strideW,
        int top,
        int left,
        int bottom,
        int right,
        boolean ceil) {

    int oh() {
        return size(h, kh, strideH, top, bottom);
    }

    int ow() {
        return size(w, kw, strideW, left, right);
    }

    private int size(int n, int kernel, int stride, int before, int after) {
        int room = n + before + after - kernel;
        int size = Math.floorDiv(ceil ? room + stride - 1 : room, stride) + 1;
        if (ceil && (size - 1) * stride >= n + before) {
            size--;
        }
        return Math.max(0, size);
    }

    /// Windows of 2 x 2 side by side that never leave the plane.
    boolean quarters() {
        return kh == 2
                && kw == 2
                && strideH == 2
                && strideW == 2
                && top == 0
                && left == 0
                && oh() * 2 <= h
                && ow() * 2 <= w;
    }
}
