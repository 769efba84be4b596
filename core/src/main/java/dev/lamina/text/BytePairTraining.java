package dev.lamina.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/// Learns byte-pair rules (Sennrich, Haddow and Birch 2016): again and again, the most frequent pair of
/// neighbours becomes one symbol. Of equally frequent pairs that with the smaller symbols comes first, so a
/// text gives one vocabulary. Counts are kept up to date, not counted anew.
final class BytePairTraining {
    /// A pair that occurs once saves nothing.
    private static final int LEAST = 2;

    /// A different piece of the text, as symbols, and how often it occurs.
    private static final class Word {
        private int[] symbols;
        private final long count;

        Word(String piece, long count) {
            byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
            symbols = new int[bytes.length];
            for (int i = 0; i < bytes.length; i++) symbols[i] = bytes[i] & 0xFF;
            this.count = count;
        }
    }

    private record Candidate(Merges.Pair pair, long count) {}

    private final List<Word> words = new ArrayList<>();
    private final Map<Merges.Pair, Long> counts = new HashMap<>();
    private final Map<Merges.Pair, Set<Integer>> where = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>(Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparingInt(c -> c.pair().left())
            .thenComparingInt(c -> c.pair().right()));

    BytePairTraining(String text) {
        var pieces = new LinkedHashMap<String, Long>();
        Pieces.of(text, (from, to) -> pieces.merge(text.substring(from, to), 1L, Long::sum));
        pieces.forEach((piece, count) -> words.add(new Word(piece, count)));
        for (int w = 0; w < words.size(); w++) count(w, 1);
        counts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    }

    /// Up to `rules` rules, fewer if no pair occurs twice any more.
    Merges learn(int rules) {
        var pairs = new ArrayList<Merges.Pair>();
        while (pairs.size() < rules && !queue.isEmpty()) {
            Candidate best = queue.remove();
            long now = counts.getOrDefault(best.pair(), 0L);
            if (now < LEAST) continue;
            if (now != best.count()) { // it fell since it was queued
                queue.add(new Candidate(best.pair(), now));
                continue;
            }
            merge(best.pair(), 256 + pairs.size());
            pairs.add(best.pair());
        }
        return new Merges(pairs);
    }

    private void merge(Merges.Pair pair, int symbol) {
        var changed = new HashSet<Merges.Pair>();
        for (int w : List.copyOf(where.get(pair))) {
            count(w, -1);
            words.get(w).symbols = joined(words.get(w).symbols, pair, symbol);
            count(w, 1);
            int[] s = words.get(w).symbols;
            for (int i = 0; i + 1 < s.length; i++)
                if (s[i] == symbol || s[i + 1] == symbol) changed.add(new Merges.Pair(s[i], s[i + 1]));
        }
        for (Merges.Pair p : changed) queue.add(new Candidate(p, counts.get(p)));
    }

    private static int[] joined(int[] symbols, Merges.Pair pair, int symbol) {
        int[] out = new int[symbols.length];
        int n = 0;
        for (int i = 0; i < symbols.length; i++) {
            boolean match = i + 1 < symbols.length && symbols[i] == pair.left() && symbols[i + 1] == pair.right();
            out[n++] = match ? symbol : symbols[i];
            if (match) i++;
        }
        return Arrays.copyOf(out, n);
    }

    /// Adds the pairs of a word to the counts, or takes them off.
    private void count(int w, int sign) {
        int[] s = words.get(w).symbols;
        for (int i = 0; i + 1 < s.length; i++) {
            var pair = new Merges.Pair(s[i], s[i + 1]);
            counts.merge(pair, sign * words.get(w).count, Long::sum);
            if (sign > 0) where.computeIfAbsent(pair, p -> new HashSet<>()).add(w);
            else where.get(pair).remove(w);
        }
    }
}
