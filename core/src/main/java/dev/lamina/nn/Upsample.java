package dev.lamina.nn;

import dev.lamina.Tensor;

/// Larger images: `x [n, c, h, w] -> y [n, c, h * factor, w * factor]`, each pixel repeated unless `bilinear`.
public final class Upsample implements Layer {
    private enum Kind {
        NEAREST,
        BILINEAR,
        BILINEAR_ALIGNED
    }

    private final int factor;
    private final Kind kind;

    public Upsample(int factor) {
        this(Expect.positive("upsample", "factor", factor), Kind.NEAREST);
    }

    private Upsample(int factor, Kind kind) {
        this.factor = factor;
        this.kind = kind;
    }

    /// Linear interpolation, pixels taken as areas.
    public Upsample bilinear() {
        return new Upsample(factor, Kind.BILINEAR);
    }

    /// Linear interpolation in which the corner pixels keep their values.
    public Upsample alignCorners() {
        return new Upsample(factor, Kind.BILINEAR_ALIGNED);
    }

    @Override
    public Tensor apply(Tensor x) {
        Expect.image("upsample", x);
        int h = x.shape().dim(2) * factor;
        int w = x.shape().dim(3) * factor;
        return switch (kind) {
            case NEAREST -> x.upsampleNearest2d(factor);
            case BILINEAR -> x.upsampleBilinear2d(h, w, false);
            case BILINEAR_ALIGNED -> x.upsampleBilinear2d(h, w, true);
        };
    }
}
