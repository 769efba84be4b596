package dev.lamina.testing;

import static dev.lamina.testing.Values.between;
import static dev.lamina.testing.Values.given;

import dev.lamina.op.Attention;
import dev.lamina.op.AttentionGradient;
import java.util.ArrayList;
import java.util.List;

/// Attention and its gradient: with and without masks, at one, a prime or a block and one more of everything.
final class AttentionCases {
    private static final double NONE = Double.NEGATIVE_INFINITY;

    private AttentionCases() {}

    /// b, h, tq, tk, d, dv.
    private static final int[][] SIZES = {
        {1, 1, 1, 1, 1, 1},
        {1, 1, 2, 3, 2, 3},
        {2, 1, 3, 2, 3, 1},
        {1, 2, 5, 7, 3, 5},
        {2, 3, 1, 11, 8, 8},
        {1, 1, 17, 19, 16, 16},
        {1, 1, 65, 67, 5, 7},
        {1, 1, 9, 130, 33, 34},
        {1, 1, 131, 9, 4, 70},
        {0, 2, 3, 3, 4, 4},
        {2, 2, 3, 0, 4, 4}
    };

    static List<OpCase> all() {
        var all = new ArrayList<OpCase>();
        for (int[] s : SIZES)
            for (boolean causal : new boolean[] {false, true}) {
                String name = causal ? "causal" : "full";
                add(all, name, new Attention(causal, 1 / Math.sqrt(s[4]), false, false), s, null, null);
                if (s[0] == 0 || s[3] == 0) continue;
                Input lengths = Input.ints(Values.whole(1, s[3] + 1), s[0]);
                add(
                        all,
                        name + " of lengths",
                        new Attention(causal, 1 / Math.sqrt(s[4]), true, false),
                        s,
                        lengths,
                        null);
            }
        Input someLengths = Input.ints(given(3, 0, 1), 3);
        int[] three = {3, 1, 2, 3, 2, 2};
        add(all, "of length 0", new Attention(false, 1, true, false), three, someLengths, null);
        add(all, "causal of length 0", new Attention(true, 1, true, false), three, someLengths, null);
        biased(all, false, new int[] {1, 1, 3, 4, 2, 2}, Input.real(3, 4));
        biased(all, true, new int[] {2, 2, 3, 3, 2, 2}, Input.real(2, 1, 3, 3));
        biased(all, false, new int[] {2, 3, 5, 7, 4, 4}, Input.real(3, 1, 7));
        biased(all, false, new int[] {2, 1, 2, 3, 2, 1}, Input.real(given(0, NONE, 0.5, NONE, NONE, NONE), 2, 1, 1, 3));
        biased(all, true, new int[] {1, 2, 35, 70, 3, 3}, Input.real(1, 1, 35, 70));
        add(
                all,
                "of lengths and a bias",
                new Attention(true, 1, true, true),
                new int[] {2, 1, 2, 3, 1, 1},
                Input.ints(given(3, 2), 2),
                Input.real(2, 1, 2, 3));
        return all;
    }

    private static void biased(List<OpCase> all, boolean causal, int[] s, Input bias) {
        add(all, causal ? "causal with a bias" : "with a bias", new Attention(causal, 0.7, false, true), s, null, bias);
    }

    /// What is masked stays finite in the check of NaN and infinity: whether a weight of 0 is multiplied by it or
    /// left out is a kernel's own business.
    private static void add(List<OpCase> all, String what, Attention op, int[] s, Input lengths, Input bias) {
        Input q = Input.real(s[0], s[1], s[2], s[4]);
        Input k = Input.real(s[0], s[1], s[3], s[4]);
        Input v = Input.real(s[0], s[1], s[3], s[5]);
        var in = new ArrayList<>(List.of(q, k, v));
        if (lengths != null) in.add(lengths);
        if (bias != null) in.add(bias);
        OpCase forward = OpCase.of("attention " + what, op, in.toArray(Input[]::new));
        boolean masked = op.causal() || op.lengths() || op.bias();
        all.add((masked ? forward.finite(2) : forward).tolerance(2e-5, 1));
        int own = in.size();
        in.add(Input.real(between(1, 3), s[0], s[1], s[2]));
        in.add(Input.real(s[0], s[1], s[2], s[5]));
        in.add(Input.real(s[0], s[1], s[2]));
        OpCase back = OpCase.of("attention_gradient " + what, new AttentionGradient(op), in.toArray(Input[]::new));
        Integer[] every = {0, 1, 2, own, own + 1, own + 2};
        all.add((masked ? back.finite(every) : back).tolerance(5e-5, 10));
    }
}
