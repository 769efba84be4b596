package dev.lamina.kernels;

import dev.lamina.op.Reduce;
import java.util.ArrayList;
import java.util.List;

/// The two walks of a reduction over a layout that alternates kept and reduced sizes: where result o begins,
/// and how far reduced element j lies from there.
record Kept(Walk kept, Walk reduced, int outputs, int length, boolean contiguous) {
    static Kept of(Reduce.Layout layout) {
        int[] sizes = layout.sizes();
        int[] strides = new int[sizes.length];
        int n = 1;
        for (int a = sizes.length - 1; a >= 0; a--) {
            strides[a] = n;
            n *= Math.max(1, sizes[a]); // no stride is 0 because of a reduction of nothing
        }
        boolean contiguous = sizes.length % 2 == 0 || sizes[sizes.length - 1] == 1;
        Walk kept = walk(sizes, strides, 0);
        Walk reduced = walk(sizes, strides, 1);
        int rank = Walk.closedRank(Math.max(kept.rank(), reduced.rank()));
        return new Kept(kept.closed(rank), reduced.closed(rank), product(sizes, 0), product(sizes, 1), contiguous);
    }

    /// The structures of both walks that can occur, in pairs.
    static List<List<Walk.Structure>> structures() {
        var all = new ArrayList<List<Walk.Structure>>();
        for (int rank : Walk.Structure.CLOSED_RANKS)
            for (var kept : Walk.Structure.closed(rank, 1))
                for (var reduced : Walk.Structure.closed(rank, 1)) all.add(List.of(kept, reduced));
        return all;
    }

    private static Walk walk(int[] sizes, int[] strides, int parity) {
        int n = (sizes.length + 1 - parity) / 2;
        int[] d = new int[n];
        int[] s = new int[n];
        for (int i = 0; i < n; i++) {
            d[i] = sizes[2 * i + parity];
            s[i] = strides[2 * i + parity];
        }
        return Walk.of(d, s);
    }

    private static int product(int[] sizes, int parity) {
        int n = 1;
        for (int a = parity; a < sizes.length; a += 2) n *= sizes[a];
        return n;
    }
}
