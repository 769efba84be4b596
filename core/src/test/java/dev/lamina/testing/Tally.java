package dev.lamina.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Turns the list of cases into tests, one for each op and check, and counts what was checked.
final class Tally {
    private static final int SHOWN = 5;

    private final Map<String, Integer> passed = new LinkedHashMap<>();

    /// Tests of one check, one for each op; a failure names every case that failed.
    ///
    /// @param oneIn how many of an op's cases there are to one that is checked, the first being one
    Stream<DynamicTest> tests(String check, int oneIn, Predicate<OpCase> applies, Consumer<OpCase> body) {
        var byOp = new LinkedHashMap<String, List<OpCase>>();
        for (OpCase c : OpCases.ALL)
            if (applies.test(c))
                byOp.computeIfAbsent(c.group(), _ -> new ArrayList<>()).add(c);
        return byOp.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> run(check, oneIn(oneIn, e.getValue()), body)));
    }

    private static List<OpCase> oneIn(int n, List<OpCase> cases) {
        return IntStream.range(0, cases.size())
                .filter(i -> i % n == 0)
                .mapToObj(cases::get)
                .toList();
    }

    private void run(String check, List<OpCase> cases, Consumer<OpCase> body) {
        var failures = new ArrayList<Throwable>();
        for (OpCase c : cases) {
            try {
                body.accept(c);
                passed.merge(check, 1, Integer::sum);
            } catch (AssertionError e) {
                failures.add(e);
            } catch (RuntimeException e) {
                failures.add(new AssertionError(c + " / " + check + ": " + e + ", seed " + c.seed(), e));
            }
        }
        if (failures.isEmpty()) return;
        var message = new StringBuilder(failures.size() + " of " + cases.size() + " cases failed");
        failures.stream().limit(SHOWN).forEach(f -> message.append("\n  ").append(f.getMessage()));
        throw new AssertionError(message.toString(), failures.getFirst());
    }

    /// How many checks passed, in all.
    int total() {
        return passed.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        return String.format(
                "%,d op cases, %d kinds of check, %,d checks passed %s",
                OpCases.ALL.size(), passed.size(), total(), passed);
    }
}
