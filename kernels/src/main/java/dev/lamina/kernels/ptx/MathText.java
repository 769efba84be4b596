package dev.lamina.kernels.ptx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What `math.ptx` holds, which is made of `math.c`: functions as their statements, one a line, and tables.
final class MathText {
    private static final String FILE = "math.ptx";
    private static final Pattern TABLE = Pattern.compile("\\.global .* (\\w+)\\[\\d+] = .*");
    private static final Pattern FUNCTION = Pattern.compile("\\.func .* (\\w+)\\(");

    private final Map<String, List<String>> functions = new HashMap<>();
    private final Map<String, String> tables = new HashMap<>();

    /// @param text a function is its header, parameters, and a body between lines that are one brace
    MathText(String text) {
        List<String> body = null;
        for (String line : text.lines().toList()) {
            if (line.startsWith(".global ")) tables.put(name(TABLE, line), line);
            else if (line.startsWith(".func ") && line.endsWith("("))
                functions.put(name(FUNCTION, line), body = new ArrayList<>());
            else if (body != null) body.add(line);
        }
        functions.replaceAll((_, lines) -> List.copyOf(lines.subList(lines.indexOf("{") + 1, lines.lastIndexOf("}"))));
    }

    private static String name(Pattern p, String line) {
        var m = p.matcher(line);
        if (!m.matches()) throw new IllegalStateException(FILE + ": not understood: " + line);
        return m.group(1);
    }

    static MathText shipped() {
        try (InputStream in = MathText.class.getResourceAsStream(FILE)) {
            if (in == null) throw new IllegalStateException("resource " + FILE + " is missing from the jar");
            return new MathText(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> statements(String function) {
        List<String> found = functions.get(function);
        if (found == null) throw new IllegalStateException(FILE + " has no function " + function);
        return found;
    }

    /// The declaration of a table, or null if there is no table of this name.
    String table(String name) {
        return tables.get(name);
    }
}
