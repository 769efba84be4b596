package dev.lamina.text;

import dev.lamina.DataException;
import java.util.HashSet;
import java.util.List;

/// The rules for special tokens, and the check of token numbers that all tokenisers share.
final class Special {
    private Special() {}

    static List<String> checked(List<String> names) {
        var seen = new HashSet<String>();
        for (String s : names) {
            if (s.isEmpty() || s.codePoints().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c)))
                throw new DataException(
                        "tokenizer: a special token must be a word without white space, got \"" + s + "\"");
            if (!seen.add(s)) throw new DataException("tokenizer: the special token \"" + s + "\" is given twice");
        }
        return List.copyOf(names);
    }

    static void check(int[] tokens, int size) {
        for (int i = 0; i < tokens.length; i++)
            if (tokens[i] < 0 || tokens[i] >= size)
                throw new DataException(
                        "decode: token " + tokens[i] + " at position " + i + " is outside 0.." + (size - 1));
    }
}
