package dev.lamina.testing;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;

/// Op cases run once forward and compared with the reference: for tools that watch what a backend does, such as
/// a detector of data races, and are slow.
public final class CaseSweep {
    private CaseSweep() {}

    /// The cases of at most `elements` input elements, `each` of an op at most: the largest, as those have more than
    /// one group and an edge. Number and name of each, for `run`.
    public static List<String> sample(int elements, int each) {
        var byOp = new HashMap<String, Integer>();
        return IntStream.range(0, OpCases.ALL.size())
                .boxed()
                .filter(i -> OpCases.ALL.get(i).elements() <= elements)
                .sorted(Comparator.comparing(i -> -OpCases.ALL.get(i).elements()))
                .filter(i -> byOp.merge(OpCases.ALL.get(i).group(), 1, Integer::sum) <= each)
                .map(i -> i + " " + OpCases.ALL.get(i).name())
                .toList();
    }

    /// Runs every case for a device that computes nothing: what comes back is not looked at.
    public static void launchAll(Device device) {
        for (OpCase c : OpCases.ALL)
            for (DType t : new DType[] {DType.F32, DType.F64})
                device.with(() -> Scope.run(() -> c.apply(device, t, c.tensors(device, t, c.values()))));
        device.sync();
    }

    /// The smallest case of each op: the check of its results. Gradients and functions are made of ops that are here
    /// too.
    public static Map<String, Runnable> smallest(Device device) {
        var checks = new CaseChecks(device);
        var all = new TreeMap<String, Runnable>();
        OpCases.ALL.stream()
                .filter(c -> c.op() != null && c.elements() > 0)
                .sorted(Comparator.comparingInt(OpCase::elements))
                .forEach(c -> all.putIfAbsent(c.group(), () -> {
                    checks.forward(c);
                    device.sync();
                }));
        return all;
    }

    /// Every check of the results and gradients of one op's cases, such as of `matmul`: for a part of a
    /// backend that serves no other.
    public static List<DynamicTest> checks(String op, Device device) {
        var checks = new CaseChecks(device);
        var all = new ArrayList<DynamicTest>();
        check(all, op, "forward", _ -> true, checks::forward);
        check(all, op, "f64", CaseChecks::hasF64, checks::forwardF64);
        check(all, op, "gradient", CaseChecks::hasGradient, checks::gradient);
        check(all, op, "second gradient", CaseChecks::hasSecondGradient, checks::secondGradient);
        check(all, op, "NaN and infinity", CaseChecks::takesNonFinite, checks::nonFinite);
        check(all, op, "determinism", _ -> true, checks::deterministic);
        return all;
    }

    private static void check(
            List<DynamicTest> to, String op, String what, Predicate<OpCase> applies, Consumer<OpCase> body) {
        OpCases.ALL.stream()
                .filter(c -> c.group().equals(op) && applies.test(c))
                .forEach(c -> to.add(DynamicTest.dynamicTest(c + ", " + what, () -> body.accept(c))));
    }

    /// Runs a case of `sample`, and waits for it.
    ///
    /// @throws AssertionError if a result is wrong
    public static void run(String sampled, Device device) {
        int number = Integer.parseInt(sampled.substring(0, sampled.indexOf(' ')));
        new CaseChecks(device).forward(OpCases.ALL.get(number));
        device.sync();
    }
}
