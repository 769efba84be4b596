package dev.lamina.examples;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import java.util.Arrays;

/// Points in the plane with a class, 0 or 1.
///
/// @param x two coordinates a point, one after the other
/// @param labels 0 or 1 for each point
record Points(float[] x, float[] labels) {
    /// The first `n` points, or all if there are fewer.
    Points take(int n) {
        int few = Math.min(n, size());
        return new Points(Arrays.copyOf(x, 2 * few), Arrays.copyOf(labels, few));
    }

    int size() {
        return labels.length;
    }

    float x(int point, int axis) {
        return x[2 * point + axis];
    }

    /// The coordinates as [n, 2].
    Tensor inputs() {
        return Tensor.of(x, size(), 2);
    }

    /// The classes as [n, 1].
    Tensor targets() {
        return Tensor.of(labels, size(), 1);
    }

    /// Two round clouds that overlap a little, which a line separates as well as anything can.
    static Points clouds(int n, Rng rng) {
        var x = new float[2 * n];
        var labels = new float[n];
        for (int i = 0; i < n; i++) {
            labels[i] = i % 2;
            double side = i % 2 == 0 ? -1 : 1;
            x[2 * i] = (float) (side * 1.2 + rng.nextGaussian());
            x[2 * i + 1] = (float) (side * 0.9 + rng.nextGaussian());
        }
        return new Points(x, labels);
    }

    /// Two half circles that reach into each other, blurred by normal noise: no line separates them.
    static Points moons(int n, double noise, Rng rng) {
        var x = new float[2 * n];
        var labels = new float[n];
        for (int i = 0; i < n; i++) {
            boolean upper = i % 2 == 0;
            labels[i] = i % 2;
            double angle = Math.PI * rng.nextFloat();
            x[2 * i] = (float) ((upper ? Math.cos(angle) : 1 - Math.cos(angle)) + noise * rng.nextGaussian());
            x[2 * i + 1] = (float) ((upper ? Math.sin(angle) : 0.5 - Math.sin(angle)) + noise * rng.nextGaussian());
        }
        return new Points(x, labels);
    }
}
