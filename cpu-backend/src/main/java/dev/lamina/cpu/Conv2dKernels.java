package dev.lamina.cpu;

import java.util.Arrays;

/// Two-dimensional convolution of `[n, c, h, w]` and its two adjoints, any stride, padding, dilation and
/// groups.
final class Conv2dKernels {
    private final Simd simd;
    private final Workers workers;
    private final Gemm gemm;

    Conv2dKernels(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
        this.gemm = new Gemm(simd, workers);
    }

    /// y `[n, o, oh, ow]` from x `[n, c, h, w]` and weight `[o, c / groups, kh, kw]`; true if the epilogue was applied,
    /// otherwise it is left to do.
    boolean forward(Conv2dShape s, float[] x, int xo, float[] weight, int wo, float[] y, int yo, Epilogue epilogue) {
        if (s.empty()) {
            Arrays.fill(y, yo, yo + s.n() * s.o() * s.oh() * s.ow(), 0f);
        } else if (PointwiseConv.suits(simd, s)) {
            PointwiseConv.forward(simd, workers, s, x, xo, weight, wo, y, yo);
        } else if (s.pointwise()) {
            int plane = s.h() * s.w();
            gemm.multiply(
                    s.n(),
                    s.o(),
                    plane,
                    s.c(),
                    new Matrix(weight, wo, s.c()),
                    0,
                    new Matrix(x, xo, plane),
                    s.c() * plane,
                    new Matrix(y, yo, plane),
                    s.o() * plane,
                    false);
        } else if (Depthwise.fits(s)) {
            Depthwise.forward(simd, workers, s, x, xo, weight, wo, y, yo);
        } else {
            if (!WinogradConv.suits(simd, s)
                    || !WinogradConv.forward(simd, workers, s, x, xo, weight, wo, y, yo, epilogue))
                ShiftedConv.forward(simd, workers, s, x, xo, weight, wo, y, yo, epilogue);
            return true;
        }
        return false;
    }

    /// dx `[n, c, h, w]` from dy `[n, o, oh, ow]` and weight.
    void inputGradient(Conv2dShape s, float[] dy, int dyo, float[] weight, int wo, float[] dx, int dxo) {
        if (s.empty()) {
            Arrays.fill(dx, dxo, dxo + s.n() * s.c() * s.h() * s.w(), 0f);
        } else if (PointwiseConv.suits(simd, s)) {
            PointwiseConv.adjoint(simd, workers, s, dy, dyo, weight, wo, dx, dxo);
        } else if (s.pointwise()) {
            int plane = s.h() * s.w();
            gemm.multiply(
                    s.n(),
                    s.c(),
                    plane,
                    s.o(),
                    new Matrix(weight, wo, s.c(), true),
                    0,
                    new Matrix(dy, dyo, plane),
                    s.o() * plane,
                    new Matrix(dx, dxo, plane),
                    s.c() * plane,
                    false);
        } else if (Depthwise.fitsAdjoint(s)) {
            Depthwise.adjoint(simd, workers, s, dy, dyo, weight, wo, dx, dxo);
        } else if (ScatteredConv.suits(simd, s)) {
            ScatteredConv.run(simd, workers, s, dy, dyo, weight, wo, dx, dxo);
        } else if (!WinogradConv.suits(simd, s)
                || !WinogradConv.adjoint(simd, workers, s, dy, dyo, weight, wo, dx, dxo)) {
            ShiftedConv.adjoint(simd, workers, s, dy, dyo, weight, wo, dx, dxo);
        }
    }

    /// dw `[o, c / groups, kh, kw]` from x and dy.
    void weightGradient(Conv2dShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        if (s.empty()) {
            Arrays.fill(dw, dwo, dwo + s.o() * s.inputs() * s.places(), 0f);
        } else if (Depthwise.fits(s)) {
            Depthwise.weight(simd, workers, s, x, xo, dy, dyo, dw, dwo);
        } else if (WinogradConv.suits(simd, s)) {
            WinogradGradient.run(simd, workers, s, x, xo, dy, dyo, dw, dwo);
        } else if (PointwiseConv.suits(simd, s)) {
            PointwiseWeight.run(gemm, workers, s, x, xo, dy, dyo, dw, dwo);
        } else {
            WeightGradient.run(simd, workers, s, x, xo, dy, dyo, dw, dwo);
        }
    }
}
