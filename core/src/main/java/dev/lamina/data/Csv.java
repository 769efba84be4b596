package dev.lamina.data;

import dev.lamina.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// Reader of delimited text (RFC 4180): fields may be quoted, then contain delimiters, line ends and doubled
/// quotes. `new Csv().delimiter(';').header(false)`.
///
/// @param delimiter between fields; a space stands for any run of spaces and tabs
/// @param header whether the first line names the columns; they are called `0`, `1`, ... otherwise
/// @param missing unquoted fields that stand for no value, after white space around them is removed
public record Csv(char delimiter, boolean header, Set<String> missing) {
    public Csv {
        missing = Set.copyOf(missing);
    }

    /// Commas, a header, and missing values written as nothing, `?`, `NA` or `NaN`.
    public Csv() {
        this(',', true, Set.of("", "?", "NA", "NaN"));
    }

    public Csv delimiter(char c) {
        return new Csv(c, header, missing);
    }

    public Csv header(boolean present) {
        return new Csv(delimiter, present, missing);
    }

    public Csv missing(String... marks) {
        return new Csv(delimiter, header, Set.of(marks));
    }

    /// Reads a file in UTF-8.
    ///
    /// @throws DataException naming the line if its number of fields differs, or a quote is not closed
    public Table read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new DataException("cannot read " + file + ": " + e, e);
        }
    }

    /// Reads text; `name` is what messages call it.
    public Table parse(String name, String text) {
        List<Table.Row> rows = new Parser(name, text).rows();
        if (rows.isEmpty()) throw new DataException(name + " has no lines");
        Table.Row first = rows.getFirst();
        int columns = first.fields().size();
        for (Table.Row r : rows)
            if (r.fields().size() != columns)
                throw new DataException(name + ", line " + r.line() + ": expected " + columns + " fields, found "
                        + r.fields().size());
        List<String> names = header
                ? first.fields().stream().map(f -> f == null ? "" : f).toList()
                : IntStream.range(0, columns).mapToObj(Integer::toString).toList();
        return new Table(name, names, header ? rows.subList(1, rows.size()) : rows);
    }

    /// One pass over the text.
    private final class Parser {
        private final String name;
        private final String text;
        private int at;
        private int line = 1;

        Parser(String name, String text) {
            this.name = name;
            this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        }

        List<Table.Row> rows() {
            var rows = new ArrayList<Table.Row>();
            while (at < text.length()) {
                int start = line;
                skipSpaces();
                boolean blank = atEnd();
                List<String> fields = record();
                if (!blank) rows.add(new Table.Row(start, fields));
            }
            return rows;
        }

        private List<String> record() {
            var fields = new ArrayList<String>();
            while (true) {
                if (delimiter == ' ' && atEnd()) break;
                fields.add(field());
                if (delimiter == ' ') skipSpaces();
                else if (at < text.length() && text.charAt(at) == delimiter) {
                    at++;
                    continue;
                }
                if (atEnd()) break;
            }
            endLine();
            return fields;
        }

        private boolean atEnd() {
            return at >= text.length() || text.charAt(at) == '\n' || text.charAt(at) == '\r';
        }

        private void endLine() {
            if (at < text.length() && text.charAt(at) == '\r') at++;
            if (at < text.length() && text.charAt(at) == '\n') at++;
            line++;
        }

        private void skipSpaces() {
            if (delimiter != ' ') return;
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) at++;
        }

        private boolean delimits(char c) {
            return c == delimiter || (delimiter == ' ' && c == '\t');
        }

        /// The field, or null if it stands for no value.
        private String field() {
            if (at < text.length() && text.charAt(at) == '"') return quoted();
            int start = at;
            while (!atEnd() && !delimits(text.charAt(at))) at++;
            String f = text.substring(start, at).strip();
            return missing.contains(f) ? null : f;
        }

        private String quoted() {
            int start = line;
            var out = new StringBuilder();
            for (at++; ; at++) {
                if (at >= text.length()) throw new DataException(name + ", line " + start + ": a quote is not closed");
                char c = text.charAt(at);
                if (c == '\n') line++;
                if (c != '"') out.append(c);
                else if (at + 1 < text.length() && text.charAt(at + 1) == '"') out.append(text.charAt(at++));
                else break;
            }
            at++;
            if (!atEnd() && !delimits(text.charAt(at)))
                throw new DataException(name + ", line " + line
                        + ": expected the end of the field after its quote, found '" + text.charAt(at) + "'");
            return out.toString();
        }
    }
}
