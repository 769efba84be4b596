package dev.lamina.text;

import dev.lamina.DataException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// Byte-pair tokens (Sennrich, Haddow and Birch 2016) over the bytes of UTF-8: special tokens first, then the
/// 256 bytes, then what the learned rules join. There is no unknown text: what was never seen becomes bytes,
/// and `decode(encode(text))` is the text. No token reaches across the border between letters, digits, other
/// signs and white space, except that a word takes one space before it along.
public final class BytePairTokenizer implements Tokenizer {
    static final String KIND = "byte-pairs";
    /// Words that repeat are looked up; past so many different ones, new ones are worked out each time.
    private static final int REMEMBERED = 1 << 16;

    private final List<String> special;
    private final Merges merges;
    private final Map<String, int[]> known = new ConcurrentHashMap<>();

    private BytePairTokenizer(List<String> special, Merges merges) {
        this.special = Special.checked(special);
        this.merges = merges;
    }

    /// Learns rules from a text until there are `size` tokens, special ones and bytes included, or no pair
    /// occurs twice.
    ///
    /// @throws DataException if the text is empty or not Unicode, or `size` is less than the bytes need
    public static BytePairTokenizer train(String text, int size, String... special) {
        int least = 256 + special.length;
        if (size < least)
            throw new DataException("byte pair tokenizer: the size must be " + least + " or more for 256 bytes and "
                    + special.length + " special token(s), got " + size);
        if (text.isEmpty()) throw new DataException("byte pair tokenizer: the text to learn pairs from is empty");
        checkUnicode(text);
        return new BytePairTokenizer(List.of(special), new BytePairTraining(text).learn(size - least));
    }

    /// Half a surrogate pair has no bytes in UTF-8; Java would write a question mark instead.
    private static void checkUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) continue;
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1)))
                i++;
            else
                throw new DataException("byte pair tokenizer: the text is not Unicode: half a surrogate pair, U+%04X,"
                                .formatted((int) c)
                        + " at position " + i);
        }
    }

    @Override
    public int size() {
        return special.size() + merges.symbols();
    }

    @Override
    public List<String> special() {
        return special;
    }

    @Override
    public int[] encode(String text) {
        checkUnicode(text);
        var out = IntStream.builder();
        Pieces.of(text, (from, to) -> {
            for (int t : piece(text.substring(from, to))) out.add(t);
        });
        return out.build().toArray();
    }

    private int[] piece(String piece) {
        int[] before = known.get(piece);
        if (before != null) return before;
        int[] tokens = merges.apply(piece.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < tokens.length; i++) tokens[i] += special.size();
        if (known.size() < REMEMBERED) known.put(piece, tokens);
        return tokens;
    }

    /// The text of tokens; special ones have none. Tokens that a model drew may give bytes that are not
    /// UTF-8: these become U+FFFD.
    @Override
    public String decode(int... tokens) {
        Special.check(tokens, size());
        var out = new ByteArrayOutputStream();
        for (int t : tokens) if (t >= special.size()) out.writeBytes(merges.bytes(t - special.size()));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void save(Path file) {
        var lines = new ArrayList<String>();
        for (String s : special) lines.add("special " + s);
        for (Merges.Pair p : merges.pairs()) lines.add("merge " + p.left() + " " + p.right());
        VocabularyFile.write(file, KIND, lines);
    }

    static BytePairTokenizer parse(VocabularyFile lines) {
        List<String> special = lines.special();
        var pairs = new ArrayList<Merges.Pair>();
        var seen = new HashSet<Merges.Pair>();
        while (lines.more(null)) {
            String[] entry = lines.next(3);
            if (!entry[0].equals("merge")) throw lines.wrong("expected merge and two symbols");
            var pair = new Merges.Pair(lines.number(entry[1], 10), lines.number(entry[2], 10));
            int known = 256 + pairs.size();
            if (pair.left() < 0 || pair.right() < 0 || pair.left() >= known || pair.right() >= known)
                throw lines.wrong("only the symbols 0.." + (known - 1) + " are known so far");
            if (!seen.add(pair)) throw lines.wrong("the pair is there already");
            pairs.add(pair);
        }
        return new BytePairTokenizer(special, new Merges(pairs));
    }
}
