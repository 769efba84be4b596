package dev.lamina.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// The rules of a byte-pair vocabulary over symbols: 0..255 are bytes, 256 + r is what rule r makes of two.
final class Merges {
    /// The symbols that a rule joins.
    record Pair(int left, int right) {}

    private final List<Pair> pairs;
    private final Map<Pair, Integer> rank = new HashMap<>();
    private final byte[][] bytes;

    Merges(List<Pair> pairs) {
        this.pairs = List.copyOf(pairs);
        this.bytes = new byte[256 + pairs.size()][];
        for (int b = 0; b < 256; b++) bytes[b] = new byte[] {(byte) b};
        for (int r = 0; r < pairs.size(); r++) {
            rank.put(pairs.get(r), r);
            byte[] left = bytes[pairs.get(r).left()];
            byte[] right = bytes[pairs.get(r).right()];
            byte[] both = Arrays.copyOf(left, left.length + right.length);
            System.arraycopy(right, 0, both, left.length, right.length);
            bytes[256 + r] = both;
        }
    }

    List<Pair> pairs() {
        return pairs;
    }

    /// Bytes and rules.
    int symbols() {
        return bytes.length;
    }

    byte[] bytes(int symbol) {
        return bytes[symbol];
    }

    /// The symbols of a piece: the rule that was learned first is applied first, from left to right, until
    /// none applies. Takes n log n steps for n bytes, so that a text without white space does no harm.
    int[] apply(byte[] piece) {
        int n = piece.length;
        int[] symbol = new int[n];
        int[] next = new int[n + 1];
        int[] previous = new int[n + 1];
        for (int i = 0; i < n; i++) {
            symbol[i] = piece[i] & 0xFF;
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        var queue = new PriorityQueue<Long>(); // the rank above the position: ties go to the left
        for (int i = 0; i + 1 < n; i++) offer(queue, symbol, i, i + 1);
        int left = n;
        while (!queue.isEmpty()) {
            long head = queue.remove();
            int i = (int) head;
            int r = (int) (head >>> 32);
            int j = symbol[i] < 0 ? n : next[i];
            if (j >= n || !pairs.get(r).equals(new Pair(symbol[i], symbol[j]))) continue; // merged meanwhile
            symbol[i] = 256 + r;
            symbol[j] = -1;
            next[i] = next[j];
            if (next[j] < n) previous[next[j]] = i;
            left--;
            if (previous[i] >= 0) offer(queue, symbol, previous[i], i);
            if (next[i] < n) offer(queue, symbol, i, next[i]);
        }
        int[] out = new int[left];
        for (int i = 0, k = 0; i < n; i = next[i]) out[k++] = symbol[i];
        return out;
    }

    private void offer(PriorityQueue<Long> queue, int[] symbol, int i, int j) {
        Integer r = rank.get(new Pair(symbol[i], symbol[j]));
        if (r != null) queue.add((long) r << 32 | i);
    }
}
