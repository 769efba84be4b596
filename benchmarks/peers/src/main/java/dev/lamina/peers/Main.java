package dev.lamina.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Runs sections in processes of their own, several times each, and writes the page of results.
final class Main {
    private static final String USAGE = """
            usage: benchmarks/peers/run [--only SECTION,...] [--threads N] [--forks N] [--quick] [--out FILE]
                   benchmarks/peers/run fixtures (attention | recurrent FILE)
              --only     some of gemm, conv, functions, cnn, cnn_dl4j, resnet18, lstm, engines,
                         models (default: all)
              --threads  of every engine (default: as many as processors)
              --forks    processes for each section, of which the median counts (default: 3)
              --quick    one fork and a tenth of the time: to see that all works
              --out      the page whose sections are renewed, such as docs/benchmarks.md (default: print only)
              fixtures   PyTorch's numbers, which core's KnownTransformersTest and KnownRecurrentTest expect
            """;
    private static final String ENGINES = "engines";
    private static final String MODELS = "models";
    private static final double QUICK = 0.1;
    /// Of warming up and of measuring one engine.
    private static final double ENGINE_SECONDS = 10;

    private final Set<String> only = new LinkedHashSet<>();
    private final String command;
    private int threads = Runtime.getRuntime().availableProcessors();
    private int forks = 3;
    private double time = 1;
    private Path out;

    private Main(String[] args) {
        for (Section s : Section.values()) only.add(s.name().toLowerCase(Locale.ROOT));
        only.addAll(List.of(ENGINES, MODELS));
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--only" -> choose(value(args, ++i));
                case "--threads" -> threads = number(value(args, ++i));
                case "--forks" -> forks = number(value(args, ++i));
                case "--out" -> out = Path.of(value(args, ++i));
                case "--help" -> {
                    System.out.print(USAGE);
                    System.exit(0);
                }
                case "--quick" -> {
                    forks = 1;
                    time = QUICK;
                }
                default -> throw new IllegalArgumentException("there is no option " + args[i]);
            }
        }
        command = "benchmarks/peers/run" + (args.length == 0 ? "" : " " + String.join(" ", args));
    }

    private static String value(String[] args, int i) {
        if (i == args.length) throw new IllegalArgumentException(args[i - 1] + " needs a value");
        return args[i];
    }

    private static int number(String text) {
        if (!text.matches("[1-9]\\d{0,3}")) throw new IllegalArgumentException("a number from 1 to 9999, not " + text);
        return Integer.parseInt(text);
    }

    private void choose(String names) {
        var known = List.copyOf(only);
        only.clear();
        only.addAll(Arrays.asList(names.split(",")));
        for (String name : only)
            if (!known.contains(name))
                throw new IllegalArgumentException("there is no section " + name + "; there are " + known);
    }

    public static void main(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("fixtures")) {
            if (!fixtures(Arrays.asList(args))) fail("fixtures attention, or fixtures recurrent FILE");
            return;
        }
        Main main;
        try {
            main = new Main(args);
        } catch (IllegalArgumentException e) {
            fail(e.getMessage());
            return;
        }
        main.run();
    }

    private static void fail(String why) {
        System.err.print("peers: " + why + "\n" + USAGE);
        System.exit(2);
    }

    private static boolean fixtures(List<String> args) throws IOException {
        boolean attention = args.size() == 2 && args.get(1).equals("attention");
        boolean recurrent = args.size() == 3 && args.get(1).equals("recurrent");
        if (attention) AttentionFixtures.print();
        if (recurrent) RecurrentFixtures.write(Path.of(args.get(2)));
        return attention || recurrent;
    }

    private void run() throws IOException {
        for (Section s : Section.values()) {
            if (!only.contains(s.name().toLowerCase(Locale.ROOT))) continue;
            if (s.withOneThread() && threads > 1) section(s, 1);
            section(s, threads);
        }
        if (only.contains(ENGINES))
            write("Start, scaling, memory and size", Engines.table(threads, forks, ENGINE_SECONDS * time));
        if (only.contains(MODELS)) {
            var notes = new ArrayList<String>();
            for (int f = 0; f < forks; f++)
                Fork.run(Models.class, threads, List.of(time < 1 ? "20" : "400"), line -> note(line, notes));
            write("Sixteen small models at once", "- " + String.join("\n- ", notes));
        }
    }

    private static void note(String line, List<String> notes) {
        if (line.startsWith("NOTE\t") && !notes.contains(line.substring(5))) notes.add(line.substring(5));
    }

    private void section(Section s, int threads) throws IOException {
        Map<String, List<Line>> lines = new LinkedHashMap<>();
        var notes = new ArrayList<String>();
        for (int f = 0; f < forks; f++)
            Fork.run(Duels.class, threads, List.of(s.name(), Double.toString(s.seconds() * time)), text -> {
                note(text, notes);
                if (!Line.isLine(text)) return;
                Line line = Line.decode(text);
                lines.computeIfAbsent(line.what(), _ -> new ArrayList<>()).add(line);
                System.err.println(row(List.of(line)));
            });
        var table = new StringBuilder(String.join("\n\n", notes)).append("\n\n");
        table.append("| what | Lamina | rate | of peak | peer | time | ratio | forks |\n");
        table.append("| --- | ---: | ---: | ---: | --- | ---: | ---: | --- |\n");
        for (var forks : lines.values()) table.append(row(forks)).append('\n');
        write(s.title() + (threads == 1 ? ", one thread" : ", " + threads + " threads"), table.toString());
    }

    /// Medians over the forks, and the range of the ratio.
    private static String row(List<Line> forks) {
        Line any = forks.getFirst();
        double[] ratios = forks.stream().mapToDouble(Line::ratio).sorted().toArray();
        var ours = Duel.median(forks.stream().mapToDouble(Line::ours).toArray());
        var theirs = Duel.median(forks.stream().mapToDouble(Line::theirs).toArray());
        double rate = Duel.median(forks.stream().mapToDouble(Line::rate).toArray());
        double part =
                Duel.median(forks.stream().mapToDouble(l -> l.rate() / l.peak()).toArray());
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1f %s | %.0f %% | %s | %s | **%.2f** | %.2f to %.2f |",
                any.what(),
                time(ours),
                rate,
                any.work().byArithmetic() ? "GFLOP/s" : "GB/s",
                100 * part,
                any.peer(),
                time(theirs),
                Duel.median(ratios),
                ratios[0],
                ratios[ratios.length - 1]);
    }

    private static String time(double seconds) {
        return seconds < 1e-3
                ? String.format(Locale.ROOT, "%.1f us", seconds * 1e6)
                : String.format(Locale.ROOT, "%.2f ms", seconds * 1e3);
    }

    private void write(String title, String body) throws IOException {
        String text = body.strip() + "\n\n" + circumstances();
        System.out.println("## " + title + "\n\n" + text + "\n");
        if (out == null) return;
        var page = Page.read(out);
        page.put(title, text);
        page.write(out);
    }

    private String circumstances() throws IOException {
        return "%s, %s; Java %s; %s; `%s`"
                .formatted(
                        processor(),
                        System.getProperty("os.name"),
                        System.getProperty("java.version"),
                        LocalDate.now(ZoneOffset.UTC),
                        command);
    }

    private static String processor() throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) return System.getProperty("os.arch") + ", " + processors + " processors";
        var lines = Files.readAllLines(info);
        String name = lines.stream()
                .filter(l -> l.startsWith("model name"))
                .findFirst()
                .map(l -> l.substring(l.indexOf(':') + 2))
                .orElse(System.getProperty("os.arch"));
        boolean wide = lines.stream().anyMatch(l -> l.startsWith("flags") && l.contains(" avx512f"));
        return name + (wide ? " with AVX-512" : "") + ", " + processors + " processors";
    }
}
