package dev.lamina.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermuteTest {
    private static final int[] SIZES = {1, 1, 2, 3, 5, 8, 16, 17, 33};

    @Test
    void agreesWithCountingIndexes() {
        var random = new Random(4);
        for (int threads : new int[] {1, 2}) {
            try (var workers = new Workers(threads)) {
                var permute = new Permute(workers);
                for (int round = 0; round < 500; round++) {
                    int rank = random.nextInt(6);
                    var shape = new int[rank];
                    for (int d = 0; d < rank; d++) {
                        shape[d] = SIZES[random.nextInt(rank > 4 ? 6 : SIZES.length)];
                    }
                    if (round % 50 == 7 && rank > 0) {
                        shape[0] = 0;
                    }
                    var order = IntStream.range(0, rank).boxed().collect(Collectors.toList());
                    Collections.shuffle(order, random);
                    check(permute, shape, order.stream().mapToInt(i -> i).toArray());
                }
                check(permute, new int[] {200, 333}, new int[] {1, 0});
                check(permute, new int[] {8, 26, 26, 32}, new int[] {0, 3, 1, 2});
                check(permute, new int[] {64, 12, 20, 16}, new int[] {0, 2, 1, 3});
            }
        }
    }

    private static void check(Permute permute, int[] shape, int[] axes) {
        int total = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        var in = Simds.random(total + 3, 1);
        var expected = new float[total + 3];
        var index = new int[shape.length];
        for (int from = 0; from < total; from++) {
            int to = 0;
            for (int axis : axes) {
                to = to * shape[axis] + index[axis];
            }
            expected[to + 2] = in[from + 3];
            for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
                index[d] = 0;
            }
        }
        var out = new float[total + 3];
        permute.run(shape, axes, in, 3, out, 2);
        assertArrayEquals(expected, out, Arrays.toString(shape) + " by " + Arrays.toString(axes));
    }
}
