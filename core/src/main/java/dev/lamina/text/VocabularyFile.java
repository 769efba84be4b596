package dev.lamina.text;

import dev.lamina.DataException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A tokeniser as lines of text: a first line with kind and version, a line for each entry, and a last line
/// by which a file that was cut off is known.
/// ```
/// lamina tokenizer characters 1
/// special <pad>
/// char 41
/// end
/// ```
final class VocabularyFile {
    private static final String HEAD = "lamina tokenizer ";
    private static final String VERSION = "1";
    private static final String END = "end";

    private final String name;
    private final String kind;
    private final List<String> lines;
    private int at = 1;

    private VocabularyFile(String name, String kind, List<String> lines) {
        this.name = name;
        this.kind = kind;
        this.lines = lines;
    }

    static void write(Path file, String kind, List<String> entries) {
        var all = new ArrayList<String>();
        all.add(HEAD + kind + " " + VERSION);
        all.addAll(entries);
        all.add(END);
        try {
            Files.writeString(file, String.join("\n", all) + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DataException("cannot write the vocabulary " + file + ": " + e, e);
        }
    }

    static VocabularyFile read(Path file) {
        List<String> lines = lines(file);
        String first = lines.isEmpty() ? "" : lines.getFirst();
        if (!first.startsWith(HEAD))
            throw new DataException(file + ", line 1: expected \"" + HEAD + "...\", found \"" + shown(first)
                    + "\"; this is not a vocabulary that Tokenizer.save wrote");
        String[] words = first.substring(HEAD.length()).split(" ");
        if (words.length != 2 || !words[1].equals(VERSION))
            throw new DataException(file + ", line 1: expected a kind and version " + VERSION + ", found \""
                    + shown(first) + "\"; it was written by another version");
        if (!lines.getLast().equals(END))
            throw new DataException(file + ", line " + lines.size() + ": the last line must be \"" + END
                    + "\", found \"" + shown(lines.getLast()) + "\"; the file was cut off");
        return new VocabularyFile(file.toString(), words[0], lines.subList(0, lines.size() - 1));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new DataException("there is no vocabulary " + file.toAbsolutePath(), e);
        } catch (CharacterCodingException e) {
            throw new DataException(file + " is not text in UTF-8, so it is not a vocabulary", e);
        } catch (IOException e) {
            throw new DataException("cannot read the vocabulary " + file + ": " + e, e);
        }
    }

    private static String shown(String line) {
        return line.length() > 60 ? line.substring(0, 60) + "..." : line;
    }

    String kind() {
        return kind;
    }

    /// The next entry as words, of which there must be `words`; null after the last.
    String[] next(int words) {
        if (at >= lines.size()) return null;
        String[] entry = lines.get(at++).split(" ", -1);
        if (entry.length != words) throw wrong("expected " + words + " words");
        return entry;
    }

    /// True if there is another entry and it begins with `word`, or with any if that is null.
    boolean more(String word) {
        return at < lines.size() && (word == null || lines.get(at).startsWith(word + " "));
    }

    /// The special tokens that come next.
    List<String> special() {
        var out = new ArrayList<String>();
        while (more("special")) out.add(next(2)[1]);
        try {
            return Special.checked(out);
        } catch (DataException e) {
            throw wrong(e.getMessage());
        }
    }

    int number(String word, int radix) {
        try {
            return Integer.parseInt(word, radix);
        } catch (NumberFormatException e) {
            throw wrong("\"" + word + "\" is not a number");
        }
    }

    /// An error in the entry that was read last.
    DataException wrong(String problem) {
        return new DataException(name + ", line " + at + ": " + problem + ": \"" + shown(lines.get(at - 1)) + "\"");
    }
}
