package dev.lamina.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The page of results: a preamble and sections by title. A section that is measured again takes the place of
/// the old one, so each can be renewed alone.
final class Page {
    private static final String PREAMBLE = """
            # Benchmarks

            Written by `benchmarks/peers/run`; each section says when and how. Lamina and its peer run in one process in turns: warmed up for as long, on the same shapes and threads, each side beginning on idle processors (other engines' threads look for work for a while after a call). Times are medians over the rounds, then over the forks. **The ratio is how many times as fast as the peer Lamina is**, the median over rounds of their time by ours, so that a busy machine disturbs both sides: below 1 we lose. Rates count each floating-point operation of the textbook formula and each byte of each tensor once; the peak is that of a multiply-add loop or a copy loop of our own on the same threads in the same process.
            """;

    private final Map<String, String> sections = new LinkedHashMap<>();

    /// The page as it is, or an empty one.
    static Page read(Path file) throws IOException {
        var page = new Page();
        if (!Files.exists(file)) return page;
        String title = null;
        var body = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("## ")) {
                if (title != null) page.sections.put(title, body.toString().strip());
                title = line.substring(3);
                body.setLength(0);
            } else {
                body.append(line).append('\n');
            }
        }
        if (title != null) page.sections.put(title, body.toString().strip());
        return page;
    }

    void put(String title, String body) {
        sections.put(title, body.strip());
    }

    void write(Path file) throws IOException {
        Files.writeString(file, toString());
    }

    @Override
    public String toString() {
        var text = new StringBuilder(PREAMBLE);
        sections.forEach((title, body) ->
                text.append("\n## ").append(title).append("\n\n").append(body).append('\n'));
        return text.toString();
    }
}
