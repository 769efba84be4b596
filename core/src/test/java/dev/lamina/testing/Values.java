package dev.lamina.testing;

import dev.lamina.Rng;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Makes the elements of an input. Whatever it gives is rounded to binary32, so that every backend and every
/// element type sees the same numbers.
@FunctionalInterface
interface Values {
    double[] make(Rng rng, int n);

    /// Uniform in `[low, high)`.
    static Values between(double low, double high) {
        return (rng, n) -> fill(n, () -> low + (high - low) * rng.nextFloat());
    }

    /// Uniform in `[low, high)`, but at least a twentieth of the range away from the kinks, where a finite
    /// difference would mix two slopes.
    static Values offKinks(double low, double high, double... kinks) {
        double margin = (high - low) / 20;
        return (rng, n) -> fill(n, () -> {
            while (true) {
                double v = low + (high - low) * rng.nextFloat();
                if (DoubleStream.of(kinks).allMatch(k -> Math.abs(v - k) >= margin)) return v;
            }
        });
    }

    /// Off every integer plus `offset` by at least an eighth.
    static Values offSteps(double low, double high, double offset) {
        return (rng, n) -> fill(n, () -> {
            while (true) {
                double v = low + (high - low) * rng.nextFloat();
                double fraction = v - offset - Math.floor(v - offset);
                if (fraction > 0.125 && fraction < 0.875) return v;
            }
        });
    }

    /// `offset` plus a multiple of a half: two such inputs with offsets a quarter apart never come closer than
    /// that.
    static Values halves(double offset) {
        return (rng, n) -> fill(n, () -> offset + 0.5 * (rng.nextInt(9) - 4));
    }

    /// All different, a tenth apart, in random order: the largest is the largest by a margin.
    static Values distinct() {
        return (rng, n) -> IntStream.of(rng.permutation(n))
                .mapToDouble(i -> 0.1 * (i - n / 2) + 0.03)
                .toArray();
    }

    /// Whole numbers in `low..high-1`, with many equal.
    static Values whole(int low, int high) {
        return (rng, n) -> fill(n, () -> low + rng.nextInt(high - low));
    }

    /// Exactly these.
    static Values given(double... values) {
        return (_, n) -> {
            if (values.length != n)
                throw new IllegalArgumentException(values.length + " values for " + n + " elements");
            return values.clone();
        };
    }

    private static double[] fill(int n, java.util.function.DoubleSupplier next) {
        return DoubleStream.generate(next).limit(n).toArray();
    }
}
