package dev.lamina.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.MatMul;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileTest {
    private final FakeDriver driver = new FakeDriver();
    private final KernelBackend backend = new KernelBackend(driver, Tuning.standard(driver.limits()));

    private View view(int... shape) {
        var spec = new Spec(Shape.of(shape), DType.F32);
        return new View(driver.allocate(spec.bytes()), 0, spec);
    }

    private void matmul(int m, int n, int k) {
        backend.run(new MatMul(true, false), List.of(view(k, m), view(k, n)), List.of(view(m, n)));
    }

    @Test
    void oneLaunchThatReadsAndWritesEachOperandOnceIsTheLeast() {
        var profile = new Profile();
        profile.during(() -> matmul(512, 512, 512));
        long least = 3L * 512 * 512 * Float.BYTES;
        assertEquals(List.of(new Profile.Row("matmul", 1, 1, least, least)), profile.rows());
    }

    @Test
    void aSlicedSumPaysForItsParts() {
        var profile = new Profile();
        profile.during(() -> matmul(20, 30, 100_000));
        Profile.Row row = profile.total();
        assertEquals(2, row.launches());
        assertEquals(
                List.of("gemm", "addSlices"),
                driver.launches.stream().map(FakeDriver.Launch::entry).toList());
        assertTrue(row.moved() > row.least(), row::toString);
        assertTrue(row.ratio() < 1.5, row::toString);
    }

    @Test
    void onlyWhatRunsDuringItIsCountedAndCallsAddUp() {
        var profile = new Profile();
        matmul(8, 8, 8);
        profile.during(() -> {
            matmul(8, 8, 8);
            matmul(8, 8, 8);
        });
        assertEquals(2, profile.total().calls());
        assertTrue(profile.table().contains("matmul"), profile::table);
    }
}
