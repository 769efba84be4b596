package dev.lamina.cpu;

import java.util.List;
import java.util.Random;

/// What the tests here share: every implementation of [Simd], and random numbers.
final class Simds {
    private Simds() {}

    static List<Simd> all() {
        return List.of(new VectorSimd(4), new VectorSimd(8), new ScalarSimd());
    }

    static float[] random(int n, long seed) {
        var random = new Random(seed);
        var x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = random.nextFloat() * 2 - 1;
        }
        return x;
    }
}
