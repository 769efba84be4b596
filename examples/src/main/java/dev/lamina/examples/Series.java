package dev.lamina.examples;

import dev.lamina.Rng;
import dev.lamina.data.Dataset;
import dev.lamina.data.Values;
import java.util.stream.IntStream;

/// An hourly series such as the load of a power grid: a daily season whose height swells and shrinks over
/// weeks, a weekly one, and noise that remembers its last value.
record Series(float[] values) {
    /// Steps of a season.
    static final int SEASON = 24;
    /// Steps that a forecast sees, and that it covers.
    static final int SEEN = 4 * SEASON;

    static final int AHEAD = 2 * SEASON;

    private static final double NOISE = 0.2;
    private static final double MEMORY = 0.6;

    static Series make(int length, Rng rng) {
        var values = new float[length];
        double noise = 0;
        for (int t = 0; t < length; t++) {
            noise = MEMORY * noise + NOISE * rng.nextGaussian();
            double day = (1 + 0.3 * wave(t, 20 * SEASON)) * wave(t, SEASON);
            values[t] = (float) (day + 0.5 * wave(t, 7 * SEASON) + noise);
        }
        return new Series(values);
    }

    private static double wave(int t, int period) {
        return Math.sin(2 * Math.PI * t / period);
    }

    /// Windows that begin every `stride` steps from `from` and end before `to`: inputs `[SEEN, 1]`, targets
    /// `[AHEAD]`.
    Dataset windows(int from, int to, int stride) {
        int[] starts = IntStream.iterate(from, s -> s + SEEN + AHEAD <= to, s -> s + stride)
                .toArray();
        var seen = new float[starts.length * SEEN];
        var ahead = new float[starts.length * AHEAD];
        for (int i = 0; i < starts.length; i++) {
            System.arraycopy(values, starts[i], seen, i * SEEN, SEEN);
            System.arraycopy(values, starts[i] + SEEN, ahead, i * AHEAD, AHEAD);
        }
        return Dataset.of(Values.of(seen, starts.length, SEEN, 1), Values.of(ahead, starts.length, AHEAD));
    }

    /// The forecast that needs no model: what was seen a whole number of seasons before.
    static double[] seasonal(float[] seen) {
        return IntStream.range(0, AHEAD)
                .mapToDouble(k -> seen[SEEN - SEASON + k % SEASON])
                .toArray();
    }

    static double[] doubles(float[] v) {
        return IntStream.range(0, v.length).mapToDouble(i -> v[i]).toArray();
    }

    int length() {
        return values.length;
    }
}
