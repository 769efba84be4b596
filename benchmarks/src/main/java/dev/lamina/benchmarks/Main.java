package dev.lamina.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// JMH's command line, whose forks get the flags of `jvm.args`: without them the CPU backend would be measured
/// on its scalar path. Patterns match benchmarks in any case; `--quick` takes one short fork of each. The table
/// at the end gives each rate and its percentage of the peak of the device.
public final class Main {
    private static final String QUICK = "--quick";
    private static final Set<String> LISTS = Set.of("-l", "-lp", "-lprof", "-lrf", "-h");

    private Main() {}

    public static void main(String[] args) throws IOException {
        var rest = new ArrayList<>(List.of(args));
        boolean quick = rest.remove(QUICK);
        if (rest.stream().anyMatch(LISTS::contains)) {
            org.openjdk.jmh.Main.main(rest.toArray(String[]::new));
            return;
        }
        try {
            System.out.print(run(rest, quick));
        } catch (CommandLineOptionException | RunnerException e) {
            System.err.println("benchmarks: " + e.getMessage());
            System.exit(1);
        }
    }

    /// Runs JMH.
    ///
    /// @param args JMH's own, such as a pattern and `-p device=opencl:0`
    /// @return the table of results
    public static String run(List<String> args, boolean quick) throws CommandLineOptionException, RunnerException {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty())
            throw new RunnerException("the CPU's peak needs the flags of jvm.args: java @jvm.args -jar benchmarks.jar");
        var given = new String[args.size()];
        for (int i = 0; i < given.length; i++)
            given[i] = i > 0 && args.get(i - 1).startsWith("-") ? args.get(i) : inAnyCase(args.get(i));
        var options = new OptionsBuilder()
                .parent(new CommandLineOptions(given))
                .jvmArgsPrepend(jvmFlags())
                .addProfiler(WorkProfiler.class);
        if (quick)
            options.forks(1)
                    .warmupIterations(2)
                    .warmupTime(TimeValue.milliseconds(300))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(200));
        Collection<RunResult> results = new Runner(options.build()).run();
        return ResultTable.of(results);
    }

    /// JMH's patterns see upper and lower case; `gemm` should do for `Gemm`.
    private static String inAnyCase(String arg) {
        return arg.startsWith("-") ? arg : "(?i)" + arg;
    }

    /// The benchmarks whose names contain a match of `pattern`, in any case.
    public static List<String> names(String pattern) {
        var p = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
        var silent = OutputFormatFactory.createFormatInstance(
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8), VerboseMode.SILENT);
        return BenchmarkList.defaultList().getAll(silent, List.of()).stream()
                .map(BenchmarkListEntry::getUsername)
                .filter(name -> p.matcher(name).find())
                .distinct()
                .toList();
    }

    private static String[] jvmFlags() {
        try (var in = Main.class.getResourceAsStream("/jvm.args")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> List.of(line.split(" ")).stream())
                    .toArray(String[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
