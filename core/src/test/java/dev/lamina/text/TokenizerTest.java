package dev.lamina.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DataException;
import dev.lamina.Rng;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
    private static final String TEXT = "low lower lowest, new newer newest: low low low\n\n  wide  widest 2026!\n";
    /// Of one to four bytes, with marks that combine, and white space of all kinds.
    private static final String ANY =
            "na\u00efve e\u0301 \u65e5\u672c\u8a9e \ud83d\ude00\ud83c\udff3\ufe0f\u200d\ud83c\udf08 \u05e9\u05dc \u0000\t\r\n \u00a0 end ";

    @TempDir
    private Path folder;

    private static void message(String expected, Executable body) {
        assertEquals(expected, assertThrows(DataException.class, body).getMessage());
    }

    @Test
    void charactersAreNumberedByCodePointAfterSpecialTokens() {
        var t = CharTokenizer.train("hello", "<pad>", "<end>");
        assertEquals(6, t.size());
        assertEquals(1, t.id("<end>"));
        assertArrayEquals(new int[] {3, 2, 4, 4, 5}, t.encode("hello"));
        assertArrayEquals(new int[] {0, 3, 2, 1, 1}, t.encode("he", List.of("<pad>"), List.of("<end>", "<end>")));
        assertEquals("hello", t.decode(0, 3, 2, 4, 4, 5, 1, 0), "special tokens have no text");
        assertArrayEquals(new int[0], t.encode(""));
        assertEquals("", t.decode());
        assertEquals(
                ANY, CharTokenizer.train(ANY).decode(CharTokenizer.train(ANY).encode(ANY)));
    }

    @Test
    void charactersThatAreNotKnown() {
        var t = CharTokenizer.train("hello", "<unk>");
        message(
                "char tokenizer: character '\u00e9' (U+00E9) at position 1 is not among the 4 of the vocabulary;"
                        + " choose a special token for such with unknown(...)",
                () -> t.encode("h\u00e9llo"));
        message(
                "char tokenizer: character U+000A at position 0 is not among the 4 of the vocabulary;"
                        + " choose a special token for such with unknown(...)",
                () -> t.encode("\n"));
        var u = t.unknown("<unk>");
        assertArrayEquals(new int[] {2, 0, 1}, u.encode("h\ud83d\ude00e"));
        assertEquals("h\ufffde", u.decode(2, 0, 1));
        message(
                "tokenizer: there is no special token \"<end>\"; there are [<unk>]",
                () -> CharTokenizer.train("a", "<unk>").unknown("<end>"));
    }

    @Test
    void wrongTokensAndTextsAreNamed() {
        var t = CharTokenizer.train("abc");
        message("decode: token 3 at position 1 is outside 0..2", () -> t.decode(0, 3));
        message("decode: token -1 at position 0 is outside 0..2", () -> t.decode(-1));
        message("char tokenizer: the text to learn characters from is empty", () -> CharTokenizer.train(""));
        message("byte pair tokenizer: the text to learn pairs from is empty", () -> BytePairTokenizer.train("", 300));
        message(
                "byte pair tokenizer: the size must be 257 or more for 256 bytes and 1 special token(s), got 100",
                () -> BytePairTokenizer.train("a", 100, "<pad>"));
        message(
                "byte pair tokenizer: the text is not Unicode: half a surrogate pair, U+D83D, at position 2",
                () -> BytePairTokenizer.train("ab", 256).encode("ab\ud83dc"));
        message(
                "tokenizer: a special token must be a word without white space, got \"a b\"",
                () -> CharTokenizer.train("a", "a b"));
        message("tokenizer: the special token \"<s>\" is given twice", () -> CharTokenizer.train("a", "<s>", "<s>"));
    }

    @Test
    void pairsAreLearnedByFrequency() {
        // "aa" is there four times, then "ab" twice, as often as "aa" + "a": ties go to the smaller symbols.
        var pairs = new BytePairTraining("aaab aaab").learn(2).pairs();
        assertEquals(new Merges.Pair('a', 'a'), pairs.getFirst());
        assertEquals(new Merges.Pair('a', 'b'), pairs.get(1));
        assertEquals(0, new BytePairTraining("abcdef").learn(10).pairs().size(), "no pair occurs twice");
    }

    @Test
    void countsThatAreKeptUpToDateAreThoseCountedAnew() {
        String text = sample(400, 3);
        assertEquals(
                naiveTraining(text, 60), new BytePairTraining(text).learn(60).pairs());
    }

    /// Words of few letters, so that pairs overlap and repeat.
    private static String sample(int words, int letters) {
        var rng = new Rng(5);
        var out = new StringBuilder();
        for (int w = 0; w < words; w++) {
            int n = 1 + rng.nextInt(8);
            for (int i = 0; i < n; i++) out.append((char) ('a' + rng.nextInt(letters)));
            out.append(' ');
        }
        return out.toString();
    }

    private static List<Merges.Pair> naiveTraining(String text, int rules) {
        var words = new ArrayList<List<Integer>>();
        Pieces.of(text, (from, to) -> words.add(symbols(text.substring(from, to))));
        var out = new ArrayList<Merges.Pair>();
        while (out.size() < rules) {
            var counts = new java.util.TreeMap<Integer, Integer>();
            for (var w : words)
                for (int i = 0; i + 1 < w.size(); i++) counts.merge(w.get(i) * 1000 + w.get(i + 1), 1, Integer::sum);
            int best = -1;
            for (var e : counts.entrySet()) if (best < 0 || e.getValue() > counts.get(best)) best = e.getKey();
            var pair = new Merges.Pair(best / 1000, best % 1000);
            for (var w : words) join(w, pair, 256 + out.size());
            out.add(pair);
        }
        return out;
    }

    private static List<Integer> symbols(String piece) {
        var out = new ArrayList<Integer>();
        for (byte b : piece.getBytes(StandardCharsets.UTF_8)) out.add(b & 0xFF);
        return out;
    }

    private static void join(List<Integer> word, Merges.Pair pair, int symbol) {
        for (int i = 0; i + 1 < word.size(); i++)
            if (word.get(i) == pair.left() && word.get(i + 1) == pair.right()) {
                word.set(i, symbol);
                word.remove(i + 1);
            }
    }

    @Test
    void rulesApplyInTheOrderInWhichTheyWereLearned() {
        String text = sample(400, 3);
        var merges = new BytePairTraining(text).learn(60);
        for (String piece : sample(60, 3).split(" ")) {
            var expected = symbols(piece);
            for (int r = 0; r < 60; r++) join(expected, merges.pairs().get(r), 256 + r);
            int[] got = merges.apply(piece.getBytes(StandardCharsets.UTF_8));
            assertEquals(expected, Arrays.stream(got).boxed().toList(), piece);
        }
        assertEquals(0, merges.apply(new byte[0]).length);
    }

    @Test
    void anyTextComesBack() {
        var t = BytePairTokenizer.train(TEXT, 300, "<pad>");
        for (String s : List.of(TEXT, ANY, ANY + TEXT + ANY, "", " ", "  ", "\n", "x".repeat(5000) + TEXT))
            assertEquals(s, t.decode(t.encode(s)));
        assertTrue(t.encode(TEXT).length < TEXT.length() * 0.7, "it shortens what it learned from");
        var rng = new Rng(3);
        for (int k = 0; k < 200; k++) {
            var s = new StringBuilder();
            while (s.length() < 30) {
                int c = rng.nextInt(Character.MAX_CODE_POINT >> rng.nextInt(14));
                if (c < 0xD800 || c > 0xDFFF) s.appendCodePoint(c);
            }
            assertEquals(s.toString(), t.decode(t.encode(s.toString())));
        }
        int half = t.encode("\u00e9")[0];
        assertEquals("\ufffd", t.decode(half), "half a character");
    }

    @Test
    void piecesDoNotCrossWords() {
        var pieces = new ArrayList<String>();
        String s = "It's 2026,  fine\n\n now \u65e5\u672c 3\u00bd!";
        Pieces.of(s, (from, to) -> pieces.add(s.substring(from, to)));
        assertEquals(
                List.of("It", "'", "s", " 2026", ",", " ", " fine", "\n\n", " now", " \u65e5\u672c", " 3\u00bd", "!"),
                pieces);
    }

    @Test
    void filesKeepVocabularies() throws IOException {
        Path file = folder.resolve("vocabulary.txt");
        for (Tokenizer t : List.of(
                CharTokenizer.train(ANY + "\ud800", "<pad>", "<unk>").unknown("<unk>"),
                CharTokenizer.train(ANY),
                BytePairTokenizer.train(TEXT + ANY, 320, "<pad>", "<end>"),
                BytePairTokenizer.train(TEXT, 256))) {
            t.save(file);
            Tokenizer read = Tokenizer.load(file);
            assertEquals(t.getClass(), read.getClass());
            assertEquals(t.size(), read.size());
            assertEquals(t.special(), read.special());
            assertArrayEquals(t.encode(ANY), read.encode(ANY));
            byte[] bytes = Files.readAllBytes(file);
            read.save(file);
            assertArrayEquals(bytes, Files.readAllBytes(file));
        }
        CharTokenizer.train("a", "<unk>").unknown("<unk>").save(file);
        assertArrayEquals(new int[] {1, 0}, Tokenizer.load(file).encode("ab"));
    }

    private void damaged(String problem, String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve("damaged.txt"), String.join("\n", lines) + "\n");
        message(file + ", line " + problem, () -> Tokenizer.load(file));
    }

    @Test
    void damagedFilesAreNamedByLine() throws IOException {
        String chars = "lamina tokenizer characters 1";
        String pairs = "lamina tokenizer byte-pairs 1";
        damaged(
                "1: expected \"lamina tokenizer ...\", found \"{}\"; this is not a vocabulary that Tokenizer.save wrote",
                "{}");
        damaged(
                "1: expected a kind and version 1, found \"lamina tokenizer characters 9\"; it was written by another"
                        + " version",
                "lamina tokenizer characters 9",
                "end");
        damaged(
                "1: \"words\" is not a kind of tokenizer known here: \"lamina tokenizer words 1\"",
                "lamina tokenizer words 1",
                "end");
        damaged(
                "3: the last line must be \"end\", found \"char 62\"; the file was cut off",
                chars,
                "char 61",
                "char 62");
        damaged(
                "3: characters must be in the order of their code points, each once: \"char 61\"",
                chars,
                "char 61",
                "char 61",
                "end");
        damaged("2: \"6z\" is not a number: \"char 6z\"", chars, "char 6z", "end");
        damaged("2: there is no such code point: \"char 110000\"", chars, "char 110000", "end");
        damaged("2: expected 2 words: \"char\"", chars, "char", "end");
        damaged("3: expected char and a code point: \"merge 61\"", chars, "char 61", "merge 61", "end");
        damaged(
                "3: the unknown token is none of [<pad>]: \"unknown <unk>\"",
                chars,
                "special <pad>",
                "unknown <unk>",
                "end");
        damaged(
                "3: tokenizer: the special token \"<pad>\" is given twice: \"special <pad>\"",
                chars,
                "special <pad>",
                "special <pad>",
                "end");
        damaged("2: only the symbols 0..255 are known so far: \"merge 97 256\"", pairs, "merge 97 256", "end");
        damaged("3: the pair is there already: \"merge 97 98\"", pairs, "merge 97 98", "merge 97 98", "end");
        damaged("2: expected 3 words: \"merge 97\"", pairs, "merge 97", "end");
        damaged("2: \"a\" is not a number: \"merge a b\"", pairs, "merge a b", "end");
        Path missing = folder.resolve("missing.txt");
        message("there is no vocabulary " + missing.toAbsolutePath(), () -> Tokenizer.load(missing));
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF, (byte) 0xFE});
        message(binary + " is not text in UTF-8, so it is not a vocabulary", () -> Tokenizer.load(binary));
    }
}
