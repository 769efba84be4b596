package dev.lamina.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A summary as aligned text.
final class SummaryTable {
    private static final int LEFT = 4;

    private SummaryTable() {}

    static String of(Summary s) {
        var lines = new ArrayList<List<String>>();
        lines.add(List.of("layer", "type", "input", "output", "parameters", "multiply-adds", "activations"));
        for (var r : s.rows())
            lines.add(List.of(
                    r.path().isEmpty() ? "(model)" : r.path(),
                    r.type(),
                    r.input().toString(),
                    r.output().toString(),
                    number(r.parameters()),
                    number(r.multiplyAdds()),
                    bytes(r.activationBytes())));
        lines.add(List.of(
                "total", "", "", "", number(s.parameters()), number(s.multiplyAdds()), bytes(s.activationBytes())));
        return format(lines) + (s.buffers() > 0 ? "and " + number(s.buffers()) + " values in buffers\n" : "");
    }

    private static String format(List<List<String>> lines) {
        int[] widths = new int[lines.getFirst().size()];
        for (var line : lines)
            for (int i = 0; i < widths.length; i++)
                widths[i] = Math.max(widths[i], line.get(i).length());
        int total = widths.length * 2 - 2;
        for (int w : widths) total += w;
        String rule = "-".repeat(total) + "\n";
        var text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            if (i == 1 || i == lines.size() - 1) text.append(rule);
            text.append(row(lines.get(i), widths)).append('\n');
        }
        return text.toString();
    }

    /// Text to the left, numbers to the right.
    private static String row(List<String> cells, int[] widths) {
        var text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            text.append(i == 0 ? "" : "  ").append(i < LEFT ? cells.get(i) + padding : padding + cells.get(i));
        }
        return text.toString().stripTrailing();
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String bytes(long n) {
        if (n < 1 << 10) return n + " B";
        if (n < 1 << 20) return String.format(Locale.ROOT, "%.1f KiB", n / 0x1p10);
        return String.format(
                Locale.ROOT, n < 1L << 30 ? "%.1f MiB" : "%.2f GiB", n < 1L << 30 ? n / 0x1p20 : n / 0x1p30);
    }
}
