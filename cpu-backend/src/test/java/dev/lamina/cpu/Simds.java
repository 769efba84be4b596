package dev.lamina.cpu;

import java.util.List;
import java.util.Random;
import jdk.incubator.vector.FloatVector;

/// What the tests here share: every implementation of [Simd], and random numbers.
final class Simds {
    private Simds() {}

    static List<Simd> all() {
        int lanes = FloatVector.SPECIES_PREFERRED.length();
        return List.of(
                new VectorSimd(TileCode.make(4, lanes)), new VectorSimd(TileCode.make(8, lanes)), new ScalarSimd());
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
