package dev.lamina.cpu;

import dev.lamina.Shape;
import dev.lamina.op.Reduce;
import java.util.List;

/// Groups of numbers that share a statistic, which lie as `[outer, runs, inner, length]`, a group for each `outer` and
/// `inner`.
record Groups(int outer, int runs, int inner, int length) {
    /// The shortest run, the fewest groups and the largest group that are worth a loop over groups; a small tensor may
    /// have fewer groups.
    private static final int RUN = 16;
    private static final int GROUPS = 16;
    private static final int GROUP = 1 << 18;
    private static final int SMALL = 1 << 16;
    /// Elements for one chunk of a loop over groups.
    private static final int GRAIN = 8 * 1024;

    /// Null for axes that are not neighbours in such a way.
    static Groups of(List<Integer> axes, Shape shape) {
        int[] s = new Reduce(Reduce.Kind.SUM, axes).layout(shape).sizes();
        return switch (s.length) {
            case 2 -> new Groups(s[0], 1, 1, s[1]);
            case 4 -> new Groups(s[0], s[1], s[2], s[3]);
            default -> null;
        };
    }

    int count() {
        return outer * inner;
    }

    int size() {
        return runs * length;
    }

    /// True if a loop over groups is worth it, and passes over each run are.
    boolean wide() {
        return length >= RUN && many();
    }

    /// True if a loop over groups is worth it.
    boolean many() {
        return size() <= GROUP && (count() >= GROUPS || count() * size() <= SMALL);
    }

    /// Groups for one chunk of a loop over them.
    int grain() {
        return Math.max(1, GRAIN / size());
    }

    /// Where the run `r` of group `g` begins.
    int start(int g, int r) {
        return ((g / inner * runs + r) * inner + g % inner) * length;
    }
}
