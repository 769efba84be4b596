package dev.lamina.kernels.ptx;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One function of `math.ptx` in the place of its call: registers and labels get new names, parameters
/// become moves, and functions that it calls are put in its own text in the same way. Scopes are dissolved.
final class Inlined {
    private static final Pattern NAME = Pattern.compile("[%$]?[A-Za-z_]\\w*");
    private static final Pattern DIGITS = Pattern.compile("\\d+$");
    private static final Pattern REGISTERS = Pattern.compile("\\.reg (\\.\\w+) (.*);");
    /// A parameter of this function, or what a called one returned at a byte offset.
    private static final Pattern LOAD =
            Pattern.compile("ld\\.param(\\.\\w+) (%\\w+), \\[(?:\\w+_param_(\\d+)|retval0\\+(\\d+))];");
    /// What this function returns at a byte offset, or an argument of one that it calls.
    private static final Pattern STORE =
            Pattern.compile("st\\.param(\\.\\w+) \\[(?:func_retval0\\+(\\d+)|param(\\d+)\\+0)], (%\\w+);");
    private static final Pattern CALL = Pattern.compile("call\\.uni \\(retval0\\), (\\w+), \\(.*\\);");

    private final Maths maths;
    private final Code code;
    private final String[] arguments;
    private final Map<String, String> results = new HashMap<>();
    private final Deque<Map<String, String>> scopes = new ArrayDeque<>(List.of(new HashMap<>()));
    private final Map<String, String> labels = new HashMap<>();
    private final Map<Integer, String> passed = new TreeMap<>();
    private Map<String, String> returned = Map.of();
    private String end;

    Inlined(Maths maths, Code code, String... arguments) {
        this.maths = maths;
        this.code = code;
        this.arguments = arguments;
    }

    /// The registers of the results by their byte offsets.
    Map<String, String> print(String function) {
        var statements = maths.text().statements(function);
        for (int i = 0; i < statements.size(); i++) statement(statements.get(i), i == statements.size() - 1);
        if (end != null) code.label(end);
        return results;
    }

    private void statement(String s, boolean last) {
        if (s.equals("{")) scopes.push(new HashMap<>());
        else if (s.equals("}")) scopes.pop();
        else if (s.equals("ret;")) leave(last);
        else if (s.startsWith(".reg ")) declare(s);
        else if (s.startsWith("ld.param")) load(s);
        else if (s.startsWith("st.param")) store(s);
        else if (s.startsWith("call.")) call(s);
        else if (s.endsWith(":")) code.label(label(s.substring(0, s.length() - 1)));
        else if (!s.startsWith(".param ")) code.line(renamed(s.substring(0, s.length() - 1)));
    }

    private void leave(boolean last) {
        if (last) return;
        if (end == null) end = code.registers().label();
        code.line("bra.uni \t" + end);
    }

    /// Ranges such as `%r<10>` need no more than their names, of which the letters are kinds of
    /// `Registers`.
    private void declare(String s) {
        var m = match(REGISTERS, s);
        if (m.group(2).endsWith(">")) return;
        for (String name : m.group(2).split(", "))
            if (name.startsWith("%")) scopes.peek().put(name, code.registers().next(kind(m.group(1))));
    }

    private void load(String s) {
        var m = match(LOAD, s);
        String from = m.group(3) != null ? arguments[Integer.parseInt(m.group(3))] : returned.get(m.group(4));
        code.put("mov" + m.group(1), register(m.group(2)), from);
    }

    private void store(String s) {
        var m = match(STORE, s);
        String value = register(m.group(4));
        if (m.group(3) != null) passed.put(Integer.parseInt(m.group(3)), value);
        else
            code.put(
                    "mov" + m.group(1),
                    results.computeIfAbsent(m.group(2), key -> code.registers().next(kind(m.group(1)))),
                    value);
    }

    private void call(String s) {
        returned = new Inlined(maths, code, passed.values().toArray(String[]::new))
                .print(match(CALL, s).group(1));
        passed.clear();
    }

    private static Matcher match(Pattern p, String s) {
        var m = p.matcher(s);
        if (!m.matches()) throw new IllegalStateException("math.ptx: not understood: " + s);
        return m;
    }

    private static String kind(String type) {
        return switch (type) {
            case ".pred" -> "p";
            case ".b32", ".u32" -> "r";
            case ".b64" -> "rd";
            case ".f32" -> "f";
            case ".f64" -> "fd";
            default -> throw new IllegalStateException("math.ptx: a register of type " + type);
        };
    }

    private String renamed(String s) {
        return NAME.matcher(s).replaceAll(m -> Matcher.quoteReplacement(name(m.group())));
    }

    private String name(String name) {
        if (name.startsWith("%")) return register(name);
        if (name.startsWith("$")) return label(name);
        String table = maths.text().table(name);
        if (table != null) maths.needs(name, table);
        return name;
    }

    private String label(String name) {
        return labels.computeIfAbsent(name, key -> code.registers().label());
    }

    private String register(String name) {
        for (var scope : scopes) if (scope.containsKey(name)) return scope.get(name);
        String kind = DIGITS.matcher(name.substring(1)).replaceAll("");
        return scopes.getLast().computeIfAbsent(name, key -> code.registers().next(kind));
    }
}
