package dev.lamina.data;

import dev.lamina.Rng;
import dev.lamina.ShapeException;
import java.util.function.UnaryOperator;

/// Random changes of images [c, h, w] that leave their meaning alone, drawn from `Rng.current()`. Pixels from
/// outside the image are 0.
public final class Augment {
    private Augment() {}

    /// Mirrors left and right with probability `p`.
    public static UnaryOperator<Values> flip(double p) {
        return v -> Rng.current().nextFloat() < p ? mirrored(v) : v;
    }

    /// Moves by up to `max` pixels in each direction.
    public static UnaryOperator<Values> shift(int max) {
        if (max < 0) throw new IllegalArgumentException("shift: must be 0 or more, got " + max);
        return v -> {
            Rng rng = Rng.current();
            int top = rng.nextInt(2 * max + 1) - max;
            int left = rng.nextInt(2 * max + 1) - max;
            return window("shift", v, top, left, height(v), width(v));
        };
    }

    /// A part of `h` x `w` pixels of the image with `padding` zeros around it.
    public static UnaryOperator<Values> crop(int h, int w, int padding) {
        return v -> {
            int down = height(v) + 2 * padding - h;
            int across = width(v) + 2 * padding - w;
            if (down < 0 || across < 0)
                throw new ShapeException(
                        "crop: " + h + " x " + w + " does not fit into " + v.shape() + " with padding " + padding);
            Rng rng = Rng.current();
            return window("crop", v, rng.nextInt(down + 1) - padding, rng.nextInt(across + 1) - padding, h, w);
        };
    }

    /// The middle `h` x `w` pixels; nothing is drawn. What goes with `crop` for evaluation.
    public static UnaryOperator<Values> centerCrop(int h, int w) {
        return v -> window("center_crop", v, Math.floorDiv(height(v) - h, 2), Math.floorDiv(width(v) - w, 2), h, w);
    }

    /// Turns by up to `degrees` either way about the centre, interpolating linearly; gives f32.
    public static UnaryOperator<Values> rotate(double degrees) {
        return v -> rotated(v, Math.toRadians((Rng.current().nextFloat() * 2 - 1) * degrees));
    }

    private static int height(Values v) {
        return image("augment", v).shape().dim(1);
    }

    private static int width(Values v) {
        return v.shape().dim(2);
    }

    private static Values image(String op, Values v) {
        if (v.shape().rank() != 3) throw new ShapeException(op + ": expected an image [c, h, w], got " + v.shape());
        return v;
    }

    /// The part of `h` x `w` pixels that starts at row `top` and column `left`, which may lie outside.
    private static Values window(String op, Values v, int top, int left, int h, int w) {
        int channels = image(op, v).shape().dim(0);
        int rows = height(v);
        int columns = width(v);
        Object out = v.make(channels * h * w);
        int from = Math.max(0, -left);
        int count = Math.min(w, columns - left) - from;
        for (int c = 0; c < channels; c++)
            for (int y = Math.max(0, -top); y < Math.min(h, rows - top) && count > 0; y++)
                System.arraycopy(
                        v.array(), (c * rows + y + top) * columns + left + from, out, (c * h + y) * w + from, count);
        return v.with(out, channels, h, w);
    }

    private static Values mirrored(Values v) {
        int w = image("flip", v).shape().dim(2);
        Object out = v.make(v.size());
        System.arraycopy(v.array(), 0, out, 0, v.size());
        for (int row = 0; row < v.size(); row += w) for (int l = row, r = row + w - 1; l < r; l++, r--) swap(out, l, r);
        return v.with(out, v.shape().dims());
    }

    private static void swap(Object array, int i, int j) {
        switch (array) {
            case float[] a -> {
                float t = a[i];
                a[i] = a[j];
                a[j] = t;
            }
            case byte[] a -> {
                byte t = a[i];
                a[i] = a[j];
                a[j] = t;
            }
            case int[] a -> {
                int t = a[i];
                a[i] = a[j];
                a[j] = t;
            }
            case double[] a -> {
                double t = a[i];
                a[i] = a[j];
                a[j] = t;
            }
            default -> throw new IllegalStateException(array.getClass().toString());
        }
    }

    static Values rotated(Values v, double radians) {
        int channels = image("rotate", v).shape().dim(0);
        int h = height(v);
        int w = width(v);
        float[] x = v.floats();
        var out = new float[x.length];
        double cos = Math.cos(radians);
        double sin = Math.sin(radians);
        for (int i = 0; i < h; i++)
            for (int j = 0; j < w; j++) {
                double dy = i - (h - 1) / 2.0;
                double dx = j - (w - 1) / 2.0;
                double y = cos * dy - sin * dx + (h - 1) / 2.0;
                double z = sin * dy + cos * dx + (w - 1) / 2.0;
                for (int c = 0; c < channels; c++) out[(c * h + i) * w + j] = at(x, c * h * w, h, w, y, z);
            }
        return Values.of(out, v.shape().dims());
    }

    private static float at(float[] x, int start, int h, int w, double y, double z) {
        int i = (int) Math.floor(y);
        int j = (int) Math.floor(z);
        double a = y - i;
        double b = z - j;
        return (float) ((1 - a) * ((1 - b) * pixel(x, start, h, w, i, j) + b * pixel(x, start, h, w, i, j + 1))
                + a * ((1 - b) * pixel(x, start, h, w, i + 1, j) + b * pixel(x, start, h, w, i + 1, j + 1)));
    }

    private static float pixel(float[] x, int start, int h, int w, int i, int j) {
        return i < 0 || j < 0 || i >= h || j >= w ? 0 : x[start + i * w + j];
    }
}
