package dev.lamina.cpu;

import java.util.Arrays;

/// Two-dimensional maximum and average pooling and their adjoints, shared out over planes.
///
/// x and dx are `[planes, h, w]`, y, dy and index `[planes, oh, ow]`. An index is the flat place `row * w +
/// column` in its plane, or -1 for a window that lies in the padding alone (its maximum is `-Infinity`).
final class Pool2dKernels {
    /// Elements of x for one chunk of planes.
    private static final int WORK = 1 << 15;

    private final Simd simd;
    private final Workers workers;

    Pool2dKernels(Simd simd, Workers workers) {
        this.simd = simd;
        this.workers = workers;
    }

    /// The largest of each window and where it is: the first one of several, and NaN before any number.
    void max(Pool2dShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        planes(s, plane -> {
            int from = xo + plane * s.h() * s.w();
            int to = plane * s.oh() * s.ow();
            if (s.quarters()) {
                simd.maxOfFour(s.oh(), s.ow(), x, from, s.w(), y, yo + to, index, io + to);
            } else {
                maxOfWindow(s, x, from, y, yo + to, index, io + to);
            }
        });
    }

    /// Adds each dy to the place its maximum came from; all other places of dx become 0.
    void maxAdjoint(Pool2dShape s, float[] dy, int dyo, int[] index, int io, float[] dx, int dxo) {
        int out = s.oh() * s.ow();
        planes(s, plane -> {
            int to = dxo + plane * s.h() * s.w();
            Arrays.fill(dx, to, to + s.h() * s.w(), 0f);
            for (int i = plane * out; i < (plane + 1) * out; i++) {
                int place = index[io + i];
                if (place >= 0) {
                    dx[to + place] += dy[dyo + i];
                }
            }
        });
    }

    /// Picks x at each index: the adjoint of [#maxAdjoint].
    void pick(Pool2dShape s, float[] x, int xo, int[] index, int io, float[] y, int yo) {
        int out = s.oh() * s.ow();
        planes(s, plane -> {
            int from = xo + plane * s.h() * s.w();
            for (int i = plane * out; i < (plane + 1) * out; i++) {
                int place = index[io + i];
                y[yo + i] = place >= 0 ? x[from + place] : 0f;
            }
        });
    }

    /// The mean of each window; `includePad` counts the padding in the divisor, but never what lies beyond it.
    void average(Pool2dShape s, boolean includePad, float[] x, int xo, float[] y, int yo) {
        planes(s, plane -> {
            int from = xo + plane * s.h() * s.w();
            int to = yo + plane * s.oh() * s.ow();
            if (s.quarters()) {
                simd.meanOfFour(s.oh(), s.ow(), x, from, s.w(), y, to);
            } else {
                window(s, includePad, x, from, y, to, false);
            }
        });
    }

    /// Shares each dy equally among the places of its window; dx is overwritten.
    void averageAdjoint(Pool2dShape s, boolean includePad, float[] dy, int dyo, float[] dx, int dxo) {
        planes(s, plane -> {
            int to = dxo + plane * s.h() * s.w();
            Arrays.fill(dx, to, to + s.h() * s.w(), 0f);
            window(s, includePad, dx, to, dy, dyo + plane * s.oh() * s.ow(), true);
        });
    }

    @FunctionalInterface
    private interface Plane {
        void run(int plane);
    }

    private void planes(Pool2dShape s, Plane body) {
        workers.loop(s.planes(), Math.max(1, WORK / Math.max(1, s.h() * s.w())), (from, to) -> {
            for (int plane = from; plane < to; plane++) {
                body.run(plane);
            }
        });
    }

    private static void maxOfWindow(Pool2dShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        for (int r = 0; r < s.oh(); r++) {
            int top = Math.max(0, r * s.strideH() - s.top());
            int bottom = Math.min(s.h(), r * s.strideH() - s.top() + s.kh());
            for (int t = 0; t < s.ow(); t++) {
                int left = Math.max(0, t * s.strideW() - s.left());
                int right = Math.min(s.w(), t * s.strideW() - s.left() + s.kw());
                int best = Integer.MIN_VALUE;
                int at = -1;
                for (int i = top; i < bottom; i++) {
                    for (int j = i * s.w() + left; j < i * s.w() + right; j++) {
                        int next = ScalarPool.rank(x[xo + j]);
                        at = next > best ? j : at;
                        best = Math.max(best, next);
                    }
                }
                y[yo] = at < 0 ? Float.NEGATIVE_INFINITY : x[xo + at];
                yo++;
                index[io++] = at;
            }
        }
    }

    /// Both directions of the general average, so that they cannot disagree: y = mean of x, or x += y /
    /// divisor.
    private static void window(
            Pool2dShape s, boolean includePad, float[] x, int xo, float[] y, int yo, boolean adjoint) {
        for (int r = 0; r < s.oh(); r++) {
            int row = r * s.strideH() - s.top();
            int top = Math.max(0, row);
            int bottom = Math.min(s.h(), row + s.kh());
            int padded = Math.min(s.h() + s.bottom(), row + s.kh()) - row;
            for (int t = 0; t < s.ow(); t++) {
                int column = t * s.strideW() - s.left();
                int left = Math.max(0, column);
                int right = Math.min(s.w(), column + s.kw());
                int wide = Math.min(s.w() + s.right(), column + s.kw()) - column;
                int divisor = includePad ? padded * wide : Math.max(0, bottom - top) * Math.max(0, right - left);
                float scale = divisor == 0 ? 0f : 1f / divisor;
                float sum = 0f;
                float share = adjoint ? y[yo] * scale : 0f;
                for (int i = top; i < bottom; i++) {
                    for (int j = xo + i * s.w() + left; j < xo + i * s.w() + right; j++) {
                        if (adjoint) {
                            x[j] += share;
                        } else {
                            sum += x[j];
                        }
                    }
                }
                if (!adjoint) {
                    y[yo] = sum * scale;
                }
                yo++;
            }
        }
    }
}
