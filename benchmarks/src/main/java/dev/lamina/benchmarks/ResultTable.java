package dev.lamina.benchmarks;

import dev.lamina.Device;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;

/// What was measured, with rates and their part of the peak.
final class ResultTable {
    private static final String DEVICE = "device";

    private ResultTable() {}

    static String of(Collection<RunResult> results) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("benchmark", "parameters", DEVICE, "time", "error", "rate", "of peak"));
        Map<String, Peak> peaks = new HashMap<>();
        for (RunResult r : results) rows.add(row(r, peaks));
        var text = new StringBuilder("\n").append(aligned(rows)).append('\n');
        peaks.forEach((device, p) -> text.append(String.format(
                Locale.ROOT,
                "peak of %s%s, measured in this run: %.1f GFLOP/s, copy %.1f GB/s%n",
                device,
                device.equals("cpu") ? " on " + Peak.threads() + " threads" : "",
                p.gflops(),
                p.gigabytes())));
        return text.toString();
    }

    private static List<String> row(RunResult r, Map<String, Peak> peaks) {
        var params = r.getParams();
        String name = params.getBenchmark()
                .replaceFirst("^dev\\.lamina\\.benchmarks\\.", "")
                .replaceFirst("\\.run$", "");
        var others = new ArrayList<String>();
        for (String key : params.getParamsKeys()) if (!key.equals(DEVICE)) others.add(params.getParam(key));
        String device = params.getParamsKeys().contains(DEVICE) ? params.getParam(DEVICE) : "";
        double seconds =
                r.getPrimaryResult().getScore() * unit(r.getPrimaryResult().getScoreUnit());
        double error =
                r.getPrimaryResult().getScoreError() / r.getPrimaryResult().getScore() * 100;
        var row = new ArrayList<>(List.of(
                name,
                String.join(" ", others),
                device,
                time(seconds),
                Double.isNaN(error) ? "" : String.format(Locale.ROOT, "%.0f %%", error)));
        var flop = r.getSecondaryResults().get(WorkProfiler.FLOP);
        var bytes = r.getSecondaryResults().get(WorkProfiler.BYTES);
        if (device.isEmpty() || flop == null || bytes == null) {
            row.addAll(List.of("", ""));
            return row;
        }
        var work = new Work(flop.getScore(), bytes.getScore());
        Peak peak = peaks.computeIfAbsent(device, d -> Peak.measure(Device.require(d)));
        row.add(rate(work, seconds));
        row.add(String.format(Locale.ROOT, "%.0f %%", peak.percent(work, seconds)));
        return row;
    }

    /// Seconds of a unit such as `us/op`.
    private static double unit(String unit) {
        return switch (unit) {
            case "ns/op" -> 1e-9;
            case "us/op" -> 1e-6;
            case "ms/op" -> 1e-3;
            case "s/op" -> 1;
            default -> throw new IllegalStateException("benchmarks report time per call, not " + unit);
        };
    }

    /// Such as `12.3 us`.
    private static String time(double seconds) {
        if (seconds < 1e-6) return String.format(Locale.ROOT, "%.1f ns", seconds * 1e9);
        return seconds < 1e-3
                ? String.format(Locale.ROOT, "%.1f us", seconds * 1e6)
                : String.format(Locale.ROOT, "%.2f ms", seconds * 1e3);
    }

    /// GFLOP/s or GB/s, whichever limits the work.
    private static String rate(Work work, double seconds) {
        return work.byArithmetic()
                ? String.format(Locale.ROOT, "%.1f GFLOP/s", work.flop() / seconds * 1e-9)
                : String.format(Locale.ROOT, "%.1f GB/s", work.bytes() / seconds * 1e-9);
    }

    private static String aligned(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] width = new int[columns];
        for (var row : rows)
            for (int i = 0; i < columns; i++)
                width[i] = Math.max(width[i], row.get(i).length());
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < columns; i++)
                line.append(String.format(
                        i < 3 ? "%-" + Math.max(1, width[i]) + "s  " : "%" + Math.max(1, width[i]) + "s  ",
                        row.get(i)));
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
