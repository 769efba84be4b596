package dev.lamina.text;

import dev.lamina.DataException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Text as token numbers 0..size-1 and back. Special tokens, such as `<pad>` or `<end>`, come first, in the
/// order in which they were given: `id` says which number one has. They never arise from text, also if it
/// contains their name; put them where they belong. An immutable value, for any number of threads.
public interface Tokenizer {
    /// The number of different tokens.
    int size();

    /// @throws DataException if the text has what no token stands for; it names the position
    int[] encode(String text);

    /// The text of tokens; special ones have none.
    ///
    /// @throws DataException if a number is outside 0..size-1; it names the position
    String decode(int... tokens);

    /// The special tokens, whose numbers are their positions.
    List<String> special();

    /// Writes the vocabulary as text in UTF-8; `load` reads it.
    ///
    /// @throws DataException if the file cannot be written
    void save(Path file);

    /// The number of a special token.
    ///
    /// @throws DataException if there is no such token
    default int id(String special) {
        int id = special().indexOf(special);
        if (id < 0)
            throw new DataException("tokenizer: there is no special token \"" + special + "\"; there are " + special());
        return id;
    }

    /// `encode` between special tokens, such as `encode(text, List.of("<start>"), List.of("<end>"))`.
    default int[] encode(String text, List<String> before, List<String> after) {
        int[] body = encode(text);
        int[] out =
                Arrays.copyOf(before.stream().mapToInt(this::id).toArray(), before.size() + body.length + after.size());
        System.arraycopy(body, 0, out, before.size(), body.length);
        for (int i = 0; i < after.size(); i++) out[before.size() + body.length + i] = id(after.get(i));
        return out;
    }

    /// Reads what `save` of any of the tokenisers here wrote.
    ///
    /// @throws DataException if the file is missing, damaged or not one of these; it names the line
    static Tokenizer load(Path file) {
        var lines = VocabularyFile.read(file);
        return switch (lines.kind()) {
            case CharTokenizer.KIND -> CharTokenizer.parse(lines);
            case BytePairTokenizer.KIND -> BytePairTokenizer.parse(lines);
            default -> throw lines.wrong("\"" + lines.kind() + "\" is not a kind of tokenizer known here");
        };
    }
}
