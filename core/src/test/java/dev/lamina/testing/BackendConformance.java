package dev.lamina.testing;

import dev.lamina.Device;
import dev.lamina.backend.Backend;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// What a backend must do. A backend writes `class CpuConformanceTest extends BackendConformance` with
/// `open()`, and nothing else; its id is the class name up to `ConformanceTest`.
///
/// Every case of `OpCases` is compared with the reference, which computes in f64 from the same numbers. An
/// element may be off by `rtol * (|expected| + condition)`: the condition is the op applied to absolute values
/// where the op is a sum of products, otherwise the scale that the case states; in gradients it is the largest
/// element.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendConformance {
    private final Tally tally = new Tally();
    private Backend backend;
    private Device device;
    private CaseChecks checks;

    /// A backend for these tests alone, which close it. Call `Require.backend` first if it can be absent.
    protected abstract Backend open();

    /// Every case is checked forward and its gradient; of each op's cases, one in so many is checked otherwise too.
    protected int oneIn() {
        return 1;
    }

    /// The name of the backend in messages and in `docs/ops.md`.
    protected String id() {
        return getClass().getSimpleName().replace("ConformanceTest", "").toLowerCase(Locale.ROOT);
    }

    @BeforeAll
    void openBackend() {
        backend = open();
        device = Device.of(id(), backend);
        checks = new CaseChecks(device);
    }

    @AfterAll
    void closeBackend() throws IOException {
        if (backend == null) return;
        System.out.println("conformance " + id() + ": " + tally);
        SupportTable.of(id(), backend).writeTo("conformance-" + id() + ".md");
        backend.close();
    }

    @TestFactory
    Stream<DynamicTest> forward() {
        return tally.tests("forward", 1, _ -> true, checks::forward);
    }

    @TestFactory
    Stream<DynamicTest> forwardF64() {
        return tally.tests("f64", oneIn(), CaseChecks::hasF64, checks::forwardF64);
    }

    @TestFactory
    Stream<DynamicTest> gradient() {
        return tally.tests("gradient", 1, CaseChecks::hasGradient, checks::gradient);
    }

    @TestFactory
    Stream<DynamicTest> secondGradient() {
        return tally.tests("second gradient", oneIn(), CaseChecks::hasSecondGradient, checks::secondGradient);
    }

    @TestFactory
    Stream<DynamicTest> guards() {
        var guards = new GuardCheck(backend);
        return tally.tests("guards", oneIn(), guards::applies, guards::check);
    }

    @TestFactory
    Stream<DynamicTest> nonFinite() {
        return tally.tests("NaN and infinity", oneIn(), CaseChecks::takesNonFinite, checks::nonFinite);
    }

    @TestFactory
    Stream<DynamicTest> determinism() {
        return tally.tests("determinism", oneIn(), _ -> true, checks::deterministic);
    }

    @TestFactory
    Stream<DynamicTest> memory() {
        return DeviceChecks.memory(backend, id());
    }

    @TestFactory
    Stream<DynamicTest> behaviour() {
        return DeviceChecks.behaviour(backend, id());
    }

    @TestFactory
    Stream<DynamicTest> distributions() {
        return RandomChecks.all(device);
    }

    /// `docs/ops.md` says of this backend what is true.
    @Test
    void documented() throws IOException {
        SupportTable.of(id(), backend).check();
    }
}
