package dev.lamina.text;

import dev.lamina.DataException;
import dev.lamina.Rng;
import dev.lamina.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Writes sequences token by token: `new Sampler(Sampling.temperature(0.8), 500).end(2)`. Each sequence draws
/// from a stream of its own, so what it becomes does not depend on those beside it. An immutable value.
///
/// @param sampling how a token is chosen
/// @param limit the most tokens to write
/// @param end the token that ends a sequence; -1 if there is none
public record Sampler(Sampling sampling, int limit, int end) {
    private static final String NAME = "sampler";

    public Sampler {
        if (limit < 1) throw new DataException("sampler: the limit must be positive, got " + limit);
    }

    /// Always writes `limit` tokens.
    public Sampler(Sampling sampling, int limit) {
        this(sampling, limit, -1);
    }

    /// A sequence is over when this token comes, which is not part of it.
    public Sampler end(int token) {
        return new Sampler(sampling, limit, token);
    }

    /// Goes on from one beginning.
    public <S extends DecoderState<S>> int[] write(DecoderStep<S> step, S state, int[] beginning, Rng rng) {
        return write(step, state, new int[][] {beginning}, rng).getFirst();
    }

    /// Goes on from several beginnings at once; what is written does not contain them.
    ///
    /// @param state before the first token, for as many sequences
    /// @param beginnings of one length
    /// @param rng the same state of it gives the same text
    public <S extends DecoderState<S>> List<int[]> write(DecoderStep<S> step, S state, int[][] beginnings, Rng rng) {
        check(beginnings);
        return Scope.call(() -> run(step, state, beginnings, rng));
    }

    private <S extends DecoderState<S>> List<int[]> run(DecoderStep<S> step, S state, int[][] beginnings, Rng rng) {
        int n = beginnings.length;
        Rng base = rng.split(rng.reserve(1));
        Rng[] streams = IntStream.range(0, n).mapToObj(base::split).toArray(Rng[]::new);
        var written = new ArrayList<IntStream.Builder>();
        for (int i = 0; i < n; i++) written.add(IntStream.builder());
        boolean[] over = new boolean[n];
        Scores<S> scores = begin(step, state, beginnings);
        for (int count = 0; count < limit; count++) {
            int[] tokens = new int[n];
            for (int i = 0; i < n; i++) {
                tokens[i] = over[i] ? end : sampling.choose(scores.logProbabilities(i), streams[i]);
                if (tokens[i] == end) over[i] = true;
                else written.get(i).add(tokens[i]);
            }
            if (count + 1 == limit || IntStream.range(0, n).allMatch(i -> over[i])) break;
            scores = scores.then(NAME, step, UnaryOperator.identity(), tokens);
        }
        return written.stream().map(b -> b.build().toArray()).toList();
    }

    private static <S extends DecoderState<S>> Scores<S> begin(DecoderStep<S> step, S state, int[][] beginnings) {
        Scores<S> scores = null;
        for (int t = 0; t < beginnings[0].length; t++) {
            int at = t;
            int[] tokens = Arrays.stream(beginnings).mapToInt(b -> b[at]).toArray();
            scores = scores == null
                    ? Scores.of(NAME, step, () -> state, tokens)
                    : scores.then(NAME, step, UnaryOperator.identity(), tokens);
        }
        return scores;
    }

    private static void check(int[][] beginnings) {
        if (beginnings.length == 0) throw new DataException("sampler: there is no beginning to go on from");
        for (int i = 0; i < beginnings.length; i++)
            if (beginnings[i].length == 0)
                throw new DataException(
                        "sampler: beginning " + i + " is empty; give at least one token, such as one for the start");
            else if (beginnings[i].length != beginnings[0].length)
                throw new DataException("sampler: beginning " + i + " has " + beginnings[i].length
                        + " tokens and beginning 0 has " + beginnings[0].length + "; write them apart");
    }
}
