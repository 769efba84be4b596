package dev.lamina.text;

import dev.lamina.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// One token for each character (code point): special tokens first, then the characters in the order of their
/// code points. `decode(encode(text))` is the text.
public final class CharTokenizer implements Tokenizer {
    static final String KIND = "characters";
    private static final int REPLACEMENT = 0xFFFD;
    private static final int NONE = -1;

    private final List<String> special;
    private final int unknown;
    private final int[] characters;
    private final Map<Integer, Integer> ids = new HashMap<>();

    private CharTokenizer(List<String> special, int unknown, int[] characters) {
        this.special = Special.checked(special);
        this.unknown = unknown;
        this.characters = characters;
        for (int i = 0; i < characters.length; i++) ids.put(characters[i], special.size() + i);
    }

    /// The characters of a text.
    ///
    /// @throws DataException if the text is empty
    public static CharTokenizer train(String text, String... special) {
        if (text.isEmpty()) throw new DataException("char tokenizer: the text to learn characters from is empty");
        return new CharTokenizer(
                List.of(special), NONE, text.codePoints().sorted().distinct().toArray());
    }

    /// Characters that are not in the vocabulary become this special token, which is the text U+FFFD.
    public CharTokenizer unknown(String name) {
        return new CharTokenizer(special, id(name), characters);
    }

    @Override
    public int size() {
        return special.size() + characters.length;
    }

    @Override
    public List<String> special() {
        return special;
    }

    @Override
    public int[] encode(String text) {
        int[] out = text.codePoints().toArray();
        for (int i = 0; i < out.length; i++) {
            Integer id = ids.get(out[i]);
            if (id == null && unknown == NONE)
                throw new DataException("char tokenizer: character " + shown(out[i]) + " at position " + i
                        + " is not among the " + characters.length
                        + " of the vocabulary; choose a special token for such with unknown(...)");
            out[i] = id == null ? unknown : id;
        }
        return out;
    }

    private static String shown(int c) {
        String code = "U+%04X".formatted(c);
        return Character.isISOControl(c) || !Character.isDefined(c) || c >= 0xD800 && c < 0xE000
                ? code
                : "'" + Character.toString(c) + "' (" + code + ")";
    }

    @Override
    public String decode(int... tokens) {
        Special.check(tokens, size());
        var out = new StringBuilder(tokens.length);
        for (int t : tokens) {
            if (t >= special.size()) out.appendCodePoint(characters[t - special.size()]);
            else if (t == unknown) out.appendCodePoint(REPLACEMENT);
        }
        return out.toString();
    }

    @Override
    public void save(Path file) {
        var lines = new ArrayList<String>();
        for (String s : special) lines.add("special " + s);
        if (unknown != NONE) lines.add("unknown " + special.get(unknown));
        for (int c : characters) lines.add("char " + Integer.toHexString(c));
        VocabularyFile.write(file, KIND, lines);
    }

    static CharTokenizer parse(VocabularyFile lines) {
        List<String> special = lines.special();
        int unknown = NONE;
        if (lines.more("unknown")) {
            unknown = special.indexOf(lines.next(2)[1]);
            if (unknown < 0) throw lines.wrong("the unknown token is none of " + special);
        }
        var characters = IntStream.builder();
        int before = -1;
        while (lines.more(null)) {
            String[] entry = lines.next(2);
            if (!entry[0].equals("char")) throw lines.wrong("expected char and a code point");
            int c = lines.number(entry[1], 16);
            if (!Character.isValidCodePoint(c)) throw lines.wrong("there is no such code point");
            if (c <= before) throw lines.wrong("characters must be in the order of their code points, each once");
            characters.add(before = c);
        }
        return new CharTokenizer(special, unknown, characters.build().toArray());
    }
}
