package dev.lamina.examples;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import picocli.CommandLine;

/// What a command tells: text for people as it goes, and with `--json` one object as the last line of standard
/// output, the text then going to standard error.
final class Report {
    private final PrintWriter text;
    private final PrintWriter json;
    private final SequencedMap<String, Object> facts = new LinkedHashMap<>();

    Report(CommandLine command, boolean json) {
        this.text = json ? command.getErr() : command.getOut();
        this.json = json ? command.getOut() : null;
    }

    /// Prints a line.
    void say(String format, Object... arguments) {
        text.println(String.format(Locale.ROOT, format, arguments));
        text.flush();
    }

    /// Adds a value to the JSON object: text, a number, a boolean, or lists and maps of them.
    void put(String key, Object value) {
        facts.put(key, plain(value));
    }

    /// Prints the JSON object, if it was asked for.
    void end() {
        if (json == null) return;
        try {
            json.println(JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(facts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        json.flush();
    }

    /// Six digits say all that a measurement can; NaN is not in the language, so it is null.
    private static Object plain(Object value) {
        return switch (value) {
            case Double d when !Double.isFinite(d) -> null;
            case Double d -> Double.parseDouble(String.format(Locale.ROOT, "%.6g", d));
            case Float f -> plain(f.doubleValue());
            case List<?> list -> list.stream().map(Report::plain).toList();
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<Object, Object>();
                map.forEach((k, v) -> copy.put(k, plain(v)));
                yield copy;
            }
            case null, default -> value;
        };
    }
}
