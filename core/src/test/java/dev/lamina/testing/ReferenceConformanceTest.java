package dev.lamina.testing;

import dev.lamina.Device;
import dev.lamina.backend.Backend;
import dev.lamina.testing.OpCase.Trait;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The reference passes its own tests: f32 against f64 shows that the tolerances are met by rounding alone. On
/// top of that, finite differences prove every gradient in core, and every gradient of a gradient.
class ReferenceConformanceTest extends BackendConformance {
    private final Device device = Reference.device();
    private final Tally proofs = new Tally();

    @Override
    protected Backend open() {
        return new ReferenceBackend();
    }

    /// The reference would be compared with itself.
    @Override
    Stream<DynamicTest> nonFinite() {
        return Stream.of();
    }

    /// Plain Java on one thread gives the same bits twice.
    @Override
    Stream<DynamicTest> determinism() {
        return Stream.of();
    }

    @TestFactory
    Stream<DynamicTest> gradientByDifferences() {
        return proofs.tests(
                "gradient by differences",
                oneIn(),
                c -> CaseChecks.hasGradient(c) && !c.is(Trait.KINK),
                c -> new FiniteDifferences(c, device).gradient());
    }

    @TestFactory
    Stream<DynamicTest> secondGradientByDifferences() {
        return proofs.tests(
                "second gradient by differences",
                oneIn(),
                c -> CaseChecks.hasSecondGradient(c) && !c.is(Trait.SECOND_KINK),
                c -> new FiniteDifferences(c, device).secondGradient());
    }
}
