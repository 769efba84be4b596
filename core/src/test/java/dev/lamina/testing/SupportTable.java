package dev.lamina.testing;

import static dev.lamina.DType.F32;

import dev.lamina.backend.Backend;
import dev.lamina.op.Composite;
import dev.lamina.op.Kernel;
import dev.lamina.op.Op;
import dev.lamina.op.Pointwise;
import dev.lamina.op.Reduce;
import dev.lamina.testing.OpCase.Trait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The table of ops in `docs/ops.md`: one row an op, one column a backend. Each backend's tests check their own
/// column and the rows; other columns are left as they are.
final class SupportTable {
    private static final String WRITE = "lamina.docs";
    private static final List<String> FIXED = List.of("op", "gradient", "second gradient");
    private static final String HEAD = """
            # Ops

            What backends compute, written by the conformance kit and checked by its tests. *Gradient* and *second
            gradient* say that each is compared with finite differences. A backend has a *kernel* of its own for an op,
            or runs its *meaning* in other ops; both are tested alike.

            """;

    private final String id;
    private final Map<String, Map<String, String>> rows;

    private SupportTable(String id, Map<String, Map<String, String>> rows) {
        this.id = id;
        this.rows = rows;
    }

    static SupportTable of(String id, Backend backend) {
        var byOp = new TreeMap<String, List<OpCase>>();
        for (OpCase c : OpCases.ALL)
            if (c.op() != null)
                byOp.computeIfAbsent(row(c), _ -> new ArrayList<>()).add(c);
        var rows = new LinkedHashMap<String, Map<String, String>>();
        byOp.forEach((op, cases) -> rows.put(op, row(id, backend, cases)));
        return new SupportTable(id, rows);
    }

    private static String row(OpCase c) {
        Kernel op = c.op().apply(F32);
        return switch (op) {
            case Pointwise p when p.f().scalars() > 0 -> p.name() + "_scalar";
            case Reduce r -> r.name() + " over axes";
            default -> op.name();
        };
    }

    private static Map<String, String> row(String id, Backend backend, List<OpCase> cases) {
        var cells = new LinkedHashMap<String, String>();
        cells.put("gradient", word(cases.stream().anyMatch(c -> proven(c) && hasFormula(c))));
        cells.put(
                "second gradient",
                word(cases.stream().anyMatch(c -> proven(c) && CaseChecks.hasSecondGradient(c) && hasFormula(c))));
        Kernel op = cases.getFirst().op().apply(F32);
        cells.put(id, op instanceof Composite k && !backend.accelerates(k) ? "meaning" : "kernel");
        return cells;
    }

    private static boolean proven(OpCase c) {
        return CaseChecks.hasGradient(c) && !c.is(Trait.KINK);
    }

    private static String word(boolean yes) {
        return yes ? "yes" : "-";
    }

    /// True if the op has a gradient that is not zero or undefined everywhere.
    static boolean hasFormula(OpCase c) {
        var device = Reference.device();
        return device.with(() -> {
            var in = c.tensors(device, F32, c.values());
            var out = c.apply(device, F32, in);
            Op op = c.op().apply(F32);
            return op.gradient(in, out, out).stream().anyMatch(s -> s != Op.NONE);
        });
    }

    /// Compares with the committed table, or writes it if the system property `lamina.docs` is `write`.
    void check() throws IOException {
        Path file = root().resolve("docs").resolve("ops.md");
        String committed = Files.exists(file) ? Files.readString(file) : "";
        String expected = merged(committed);
        if (expected.equals(committed)) return;
        if ("write".equals(System.getProperty(WRITE))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, expected);
            return;
        }
        throw new AssertionError(
                "docs/ops.md is not what the tests of " + id + " say: " + firstDifference(committed, expected)
                        + "\nwrite it with: mvn test -pl core,<module of " + id + "> -D" + WRITE
                        + "=write -Dtest='*ConformanceTest' -Dsurefire.failIfNoSpecifiedTests=false");
    }

    private static String firstDifference(String committed, String expected) {
        List<String> a = committed.lines().toList();
        List<String> b = expected.lines().toList();
        for (int i = 0; i < b.size(); i++)
            if (i >= a.size() || !a.get(i).equals(b.get(i)))
                return "line " + (i + 1) + " is\n  " + (i < a.size() ? a.get(i) : "missing") + "\nbut should be\n  "
                        + b.get(i);
        return "it has lines after the table";
    }

    void writeTo(String file) throws IOException {
        Path target = Path.of("target");
        Files.createDirectories(target);
        Files.writeString(target.resolve(file), merged(""));
    }

    /// The committed table with this backend's column replaced.
    private String merged(String committed) {
        List<List<String>> old = committed
                .lines()
                .filter(l -> l.startsWith("|") && !l.startsWith("| -"))
                .map(l -> Arrays.stream(l.substring(1, l.length() - 1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
        var columns = new ArrayList<>(old.isEmpty() ? FIXED : old.getFirst());
        if (!columns.contains(id)) {
            columns.add(id);
            columns.subList(FIXED.size(), columns.size()).sort(null);
        }
        var before = new LinkedHashMap<String, Map<String, String>>();
        for (int r = 1; r < old.size(); r++) {
            var cells = new LinkedHashMap<String, String>();
            for (int c = 0; c < old.getFirst().size(); c++)
                cells.put(old.getFirst().get(c), old.get(r).get(c));
            before.put(cells.get("op"), cells);
        }
        var lines = new ArrayList<List<String>>();
        rows.forEach((op, cells) -> {
            var all = new LinkedHashMap<>(before.getOrDefault(op, Map.of()));
            all.putAll(cells);
            all.put("op", op);
            lines.add(columns.stream().map(c -> all.getOrDefault(c, "-")).toList());
        });
        return HEAD + render(columns, lines);
    }

    private static String render(List<String> columns, List<List<String>> lines) {
        int[] width = new int[columns.size()];
        for (int c = 0; c < width.length; c++) {
            int column = c;
            width[c] = Math.max(
                    columns.get(c).length(),
                    lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0));
        }
        var rules = Arrays.stream(width).mapToObj("-"::repeat).toList();
        var text = new StringBuilder();
        append(text, columns, width);
        append(text, rules, width);
        for (var l : lines) append(text, l, width);
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells, int[] width) {
        for (int c = 0; c < width.length; c++)
            text.append("| ")
                    .append(cells.get(c))
                    .repeat(" ", width[c] - cells.get(c).length() + 1);
        text.append("|\n");
    }

    /// The folder of the whole project, whichever module the tests run in.
    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve(".mvn"))) {
            at = at.getParent();
            if (at == null)
                throw new IllegalStateException("no .mvn above " + Path.of("").toAbsolutePath());
        }
        return at;
    }
}
