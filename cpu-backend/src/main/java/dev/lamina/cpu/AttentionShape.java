package dev.lamina.cpu;

import dev.lamina.Shape;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Attention;
import java.util.List;

/// The sizes of an attention and which keys its queries see. A pair is a sequence and a head of it.
///
/// @param lengths null for whole sequences
/// @param bias null for none
/// @param steps elements between neighbours of the bias along batch, heads, queries and keys
record AttentionShape(
        boolean causal,
        int pairs,
        int heads,
        int tq,
        int tk,
        int d,
        int dv,
        Elements lengths,
        Elements bias,
        int[] steps) {
    static AttentionShape of(Attention op, List<View> in) {
        Shape q = in.get(0).shape();
        Shape v = in.get(2).shape();
        View last = in.getLast();
        return new AttentionShape(
                op.causal(),
                q.dim(0) * q.dim(1),
                q.dim(1),
                q.dim(2),
                v.dim(2),
                q.dim(3),
                v.dim(3),
                op.lengths() ? Elements.of(in.get(3)) : null,
                op.bias() ? Elements.of(last) : null,
                op.bias() ? Attention.steps(last.shape()) : new int[4]);
    }

    /// Keys of a pair's sequence.
    int keys(int pair) {
        return lengths == null ? tk : Math.clamp((long) lengths.get(pair / heads), 0, tk);
    }

    /// Keys that query i sees: the first ones.
    int visible(int pair, int i) {
        return causal ? Math.clamp(i + 1L + tk - tq, 0, keys(pair)) : keys(pair);
    }

    /// The first query that sees key j; the later ones see it too.
    int first(int j) {
        return causal ? Math.clamp((long) j - (tk - tq), 0, tq) : 0;
    }

    double bias(int pair, int i, int j) {
        return bias.get(pair / heads * steps[0] + pair % heads * steps[1] + i * steps[2] + j * steps[3]);
    }
}
