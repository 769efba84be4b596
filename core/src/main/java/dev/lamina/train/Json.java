package dev.lamina.train;

import dev.lamina.DataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The part of JSON (RFC 8259) that a file header needs, read strictly: objects, arrays, strings and whole
/// numbers. No key may occur twice.
final class Json {
    private static final int DEPTH = 16;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /// Maps, lists, strings and longs.
    ///
    /// @throws DataException naming the position of what is wrong
    static Object parse(String text) {
        var j = new Json(text);
        Object v = j.value();
        j.space();
        if (j.at < text.length()) throw j.wrong("nothing more");
        return v;
    }

    private Object value() {
        space();
        if (++depth > DEPTH) throw wrong("less nesting");
        Object v = switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> number();
        };
        depth--;
        return v;
    }

    private SequencedMap<String, Object> object() {
        var out = new LinkedHashMap<String, Object>();
        at++;
        space();
        if (accept('}')) return out;
        do {
            space();
            String key = string();
            space();
            expect(':');
            if (out.containsKey(key)) throw wrong("no second key \"" + key + "\"");
            out.put(key, value());
            space();
        } while (accept(','));
        expect('}');
        return out;
    }

    private List<Object> array() {
        var out = new ArrayList<Object>();
        at++;
        space();
        if (accept(']')) return out;
        do {
            out.add(value());
            space();
        } while (accept(','));
        expect(']');
        return out;
    }

    private String string() {
        expect('"');
        var out = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') throw wrong("no control character in a string");
            out.append(c == '\\' ? escape() : c);
        }
        at++;
        return out.toString();
    }

    private char escape() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an escape");
        };
    }

    private char unicode() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) throw wrong("a hexadecimal digit");
            value = value * 16 + digit;
            at++;
        }
        return (char) value;
    }

    private Long number() {
        int start = at;
        if (peek() == '-') at++;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        String digits = text.substring(start, at);
        if (!digits.matches("-?(0|[1-9][0-9]{0,17})")) throw wrong("a value");
        return Long.valueOf(digits);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private char peek() {
        if (at >= text.length()) throw wrong("more");
        return text.charAt(at);
    }

    private boolean accept(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        if (there) at++;
        return there;
    }

    private void expect(char c) {
        if (!accept(c)) throw wrong("'" + c + "'");
    }

    private DataException wrong(String expected) {
        return new DataException("json: expected " + expected + " at character " + at + " of " + text.length());
    }

    /// A string with quotes and escapes.
    static String quote(String s) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }

    /// An object of strings.
    static String write(Map<String, String> object) {
        return object.entrySet().stream()
                .map(e -> quote(e.getKey()) + ":" + quote(e.getValue()))
                .collect(java.util.stream.Collectors.joining(",", "{", "}"));
    }
}
