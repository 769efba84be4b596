package dev.lamina.peers;

import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Start-up, scaling, memory and size of each engine on the benchmark CNN, by processes that take turns.
final class Engines {
    private static final Pattern OURS = Pattern.compile("/lamina-(core|cpu)-[^/]*$");
    private static final Pattern DJL = Pattern.compile("/ai/djl/");
    /// What DJL and DL4J both depend on.
    private static final Pattern BOTH =
            Pattern.compile("/(jna-\\d|gson|commons-compress|commons-codec|commons-io|commons-lang3|slf4j-api)[^/]*$");
    /// Of the benchmarks alone, and DL4J's second native library, which it runs without; the rest is DL4J's.
    private static final Pattern HARNESS = Pattern.compile(
            "/(lamina-|jmh-|jopt-simple|jocl|jcuda|jcublas|slf4j-nop)[^/]*$|-avx512\\.jar$|/classes/?$");

    /// Short rounds: a process is the only one to compute in its turn, but not for the machine's other guests.
    private static final int ROUNDS = 31;

    /// Times the seconds of measuring.
    private static final int WARM_UP = 3;

    /// What the forks of one engine gave.
    private static final class Measured {
        final List<Double> first = new ArrayList<>();
        final List<Double> one = new ArrayList<>();
        final List<Double> all = new ArrayList<>();
        final List<Double> ratio = new ArrayList<>();
        final List<Double> loop = new ArrayList<>();
        final List<Double> memory = new ArrayList<>();
    }

    private static final String NOTE = """

            Two processes of each engine, of one thread and of all, trained in turns of %.1f s after %.0f s of warming up each; the ratio is the median over the turns, and its range that over the forks. "Of a multiply-add loop" is the same ratio for a loop in registers, right after each turn: what the cores gave without their memory.
            """;

    private Engines() {}

    /// A table in Markdown.
    ///
    /// @param seconds of measuring for each process; it warms up three times as long, until C2 is done
    static String table(int threads, int forks, double seconds) {
        var measured = new EnumMap<First.Engine, Measured>(First.Engine.class);
        for (var e : First.Engine.values()) measured.put(e, new Measured());
        for (int f = 0; f < forks; f++) measured.forEach((e, m) -> measure(e, threads, seconds, m));
        var text = new StringBuilder(
                "| engine | start to end of first step | images/s, 1 thread | images/s, %d threads | ratio | forks | of a multiply-add loop | peak resident memory | jars |\n| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |\n"
                        .formatted(threads));
        measured.forEach((e, m) -> text.append(String.format(
                Locale.ROOT,
                "| %s | %.2f s | %.0f | %.0f | **%.2f** | %.2f to %.2f | %.2f | %.0f MiB | %.1f MB |%n",
                e.title,
                median(m.first),
                median(m.one),
                median(m.all),
                median(m.ratio),
                Collections.min(m.ratio),
                Collections.max(m.ratio),
                median(m.loop),
                median(m.memory) / 0x1p20,
                jars(e) * 1e-6)));
        return text.append(String.format(Locale.ROOT, NOTE, seconds / ROUNDS, WARM_UP * seconds))
                .toString();
    }

    /// Two processes, of one thread and of all, that take turns, so that both meet the same neighbours; each is idle
    /// while the other trains.
    private static void measure(First.Engine e, int threads, double seconds, Measured m) {
        long start = System.nanoTime();
        var args = List.of(e.name());
        try (var all = Fork.start(First.class, threads, args)) {
            all.await(First.FIRST);
            m.first.add((System.nanoTime() - start) * 1e-9);
            try (var one = Fork.start(First.class, 1, args)) {
                one.await(First.FIRST);
                Rates.of(all, WARM_UP * seconds);
                Rates.of(one, WARM_UP * seconds);
                var ofOne = new ArrayList<Rates>();
                var ofAll = new ArrayList<Rates>();
                for (int r = 0; r < ROUNDS; r++) {
                    ofOne.add(Rates.of(one, seconds / ROUNDS));
                    ofAll.add(Rates.of(all, seconds / ROUNDS));
                }
                m.one.add(median(each(ofOne, Rates::images)));
                m.all.add(median(each(ofAll, Rates::images)));
                m.ratio.add(median(ratios(each(ofAll, Rates::images), each(ofOne, Rates::images))));
                m.loop.add(median(ratios(each(ofAll, Rates::loop), each(ofOne, Rates::loop))));
            }
            m.memory.add(Double.parseDouble(all.end(First.MEMORY)));
        }
    }

    /// What a process gave in one turn.
    ///
    /// @param images a second
    /// @param loop GFLOP/s of a multiply-add loop on its threads
    private record Rates(double images, double loop) {
        static Rates of(Fork fork, double seconds) {
            double images = Double.parseDouble(fork.ask(Double.toString(seconds), First.RATE));
            return new Rates(images, Double.parseDouble(fork.await(First.LOOP)));
        }
    }

    private static List<Double> each(List<Rates> rates, Function<Rates, Double> value) {
        return rates.stream().map(value).toList();
    }

    private static List<Double> ratios(List<Double> all, List<Double> one) {
        return IntStream.range(0, all.size())
                .mapToObj(r -> all.get(r) / one.get(r))
                .toList();
    }

    private static double median(List<Double> values) {
        return Duel.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /// Bytes of the jars on the class path that the engine needs.
    private static double jars(First.Engine e) {
        double bytes = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            boolean djl = DJL.matcher(entry).find();
            boolean needed = switch (e) {
                case LAMINA -> OURS.matcher(entry).find();
                case PYTORCH -> djl || BOTH.matcher(entry).find();
                case DL4J -> !djl && !HARNESS.matcher(entry).find();
            };
            if (needed) bytes += new File(entry).length();
        }
        return bytes;
    }
}
