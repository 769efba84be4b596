package dev.lamina;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.testing.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryPoolTest {
    private final Device device = Reference.device();

    private long bytesFor(int elements) {
        return device.with(() -> Scope.call(() -> {
            long before = device.memory().liveBytes();
            Tensor t = Tensor.zeros(elements);
            long bytes = device.memory().liveBytes() - before;
            assertEquals(elements, t.shape().size());
            return bytes;
        }));
    }

    @Test
    void roundsUpByAnEighthAtMost() {
        assertEquals(16 * 4, bytesFor(0));
        assertEquals(16 * 4, bytesFor(1));
        assertEquals(16 * 4, bytesFor(16));
        assertEquals(32 * 4, bytesFor(17));
        assertEquals(1024 * 4, bytesFor(1024));
        assertEquals(1152 * 4, bytesFor(1025));
        for (int n = 128; n < 100_000; n += 997) {
            long bytes = bytesFor(n);
            assertTrue(bytes >= n * 4L && bytes <= n * 4L * 9 / 8 + 64, n + " elements took " + bytes);
        }
    }

    @Test
    void reusesAndReturns() {
        device.with(() -> {
            Scope.run(() -> Tensor.ones(100));
            assertEquals(0, device.memory().liveBytes());
            long pooled = device.memory().pooledBytes();
            assertEquals(112 * 4, pooled);
            Scope.run(() -> {
                Tensor t = Tensor.ones(105);
                assertEquals(0, device.memory().pooledBytes());
                assertEquals(105, t.sum().item());
            });
            device.emptyPool();
            assertEquals(0, device.memory().pooledBytes());
            assertEquals(2, device.memory().peakBytes() / (112 * 4) + 1);
        });
    }

    @Test
    void theErrorNamesLayers() {
        Device small = device.withLimit(4096);
        small.with(() -> {
            Tensor held = LayerPath.enter("features", () -> LayerPath.enter("3", () -> Tensor.ones(10, 64)));
            var e = assertThrows(
                    OutOfDeviceMemoryException.class, () -> LayerPath.enter("classifier", () -> Tensor.ones(1000)));
            assertTrue(e.getMessage().contains("2560 bytes: f32 [10, 64] in features.3"), e.getMessage());
            assertTrue(e.getMessage().endsWith("(in classifier)"), e.getMessage());
            assertFalse(held.toString().contains("freed"));
        });
    }

    @Test
    void livenessFreesAfterTheLastUse() {
        device.with(() -> Scope.run(() -> {
            Tensor a = Tensor.ones(3);
            Tensor b = Tensor.ones(3);
            Tensor view = a.reshape(3, 1);
            Tensor outside = Parameter.of(Tensor.ones(3)).value();
            var liveness = new Liveness(Scope.current(), List.of(b));
            liveness.use(0, List.of(a), List.of(b));
            liveness.use(1, List.of(view), List.of(b));
            liveness.passed(1, List.of(view), List.of(b), List.of());
            assertFalse(a.storage().freed());
            liveness.hold(view);
            liveness.passed(0, List.of(a), List.of(b), List.of());
            assertFalse(a.storage().freed());
            liveness.drop(view);
            liveness.freeIfUnused(a);
            assertTrue(a.storage().freed());
            assertFalse(b.storage().freed());
            liveness.freeIfUnused(outside);
            assertFalse(outside.storage().freed());
        }));
    }
}
