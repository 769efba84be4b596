package dev.lamina.text;

import java.util.function.BiConsumer;

/// Cuts text where no token may reach across: a piece is a run of letters, of digits or of other signs, with
/// at most one space before it, or a run of white space. The pieces of a text, joined, are the text.
final class Pieces {
    private enum Kind {
        LETTER,
        DIGIT,
        SPACE,
        OTHER;

        static Kind of(int c) {
            if (Character.isWhitespace(c)) return SPACE;
            return switch (Character.getType(c)) {
                case Character.UPPERCASE_LETTER,
                        Character.LOWERCASE_LETTER,
                        Character.TITLECASE_LETTER,
                        Character.MODIFIER_LETTER,
                        Character.OTHER_LETTER,
                        Character.NON_SPACING_MARK,
                        Character.COMBINING_SPACING_MARK,
                        Character.ENCLOSING_MARK -> LETTER;
                case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> DIGIT;
                default -> OTHER;
            };
        }
    }

    private Pieces() {}

    /// Calls `piece` with the beginning and the end of each.
    static void of(String text, BiConsumer<Integer, Integer> piece) {
        int n = text.length();
        for (int from = 0; from < n; ) {
            int at = from;
            if (text.charAt(at) == ' ' && at + 1 < n && Kind.of(text.codePointAt(at + 1)) != Kind.SPACE) at++;
            Kind kind = Kind.of(text.codePointAt(at));
            int to = run(text, at, kind);
            // The last space of several belongs to the word after it.
            if (kind == Kind.SPACE && to < n && to - from > 1 && text.charAt(to - 1) == ' ') to--;
            piece.accept(from, to);
            from = to;
        }
    }

    private static int run(String text, int at, Kind kind) {
        while (at < text.length() && Kind.of(text.codePointAt(at)) == kind)
            at += Character.charCount(text.codePointAt(at));
        return at;
    }
}
