package dev.lamina;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.testing.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private final Device device = Reference.device();

    /// Returned by a scope; public, as the components of a record that a scope looks into.
    public record Pair(Tensor first, List<Tensor> rest, String name) {}

    private record Hidden(Tensor inner) {}

    private long live() {
        return device.memory().liveBuffers();
    }

    @Test
    void keepsWhatTheResultHolds() {
        device.with(() -> {
            var pair = Scope.call(() -> new Pair(Tensor.ones(2), List.of(Tensor.zeros(3), Tensor.ones(1)), "x"));
            assertEquals(3, live());
            assertArrayEquals(new float[3], pair.rest().getFirst().toFloats());
            var map = Scope.call(() -> Map.of("a", Tensor.ones(2), "b", List.of(Tensor.ones(3))));
            assertEquals(2, map.size());
            assertEquals(5, live());
            var array = Scope.call(() -> new Tensor[] {Tensor.ones(2), null, Tensor.ones(4)});
            assertEquals(4, array[2].sum().item());
            var hidden = Scope.call(() -> new Hidden(Tensor.ones(2)));
            assertEquals(2, hidden.inner().sum().item());
        });
    }

    @Test
    void aViewKeepsItsStorage() {
        device.with(() -> {
            Tensor row = Scope.call(() -> Tensor.arange(6).reshape(2, 3).at(1));
            assertArrayEquals(new int[] {3, 4, 5}, row.toInts());
            assertEquals(1, live());
        });
    }

    @Test
    void nests() {
        device.with(() -> {
            var inner = new Tensor[3];
            Scope.run(() -> {
                inner[0] = Scope.call(() -> {
                    inner[1] = Tensor.ones(2);
                    inner[2] = Tensor.ones(3).keep();
                    return inner[1].add(1);
                });
                assertEquals(2, inner[0].toFloats()[0]);
                assertEquals(1, inner[2].toFloats()[0]);
                assertEquals(2, Scope.size());
                assertThrows(FreedTensorException.class, () -> inner[1].toFloats());
            });
            assertThrows(FreedTensorException.class, () -> inner[0].toFloats());
            assertThrows(FreedTensorException.class, () -> inner[2].toFloats());
            assertEquals(0, live());
        });
    }

    @Test
    void freesWhenTheBodyFails() {
        device.with(() -> {
            assertThrows(
                    ShapeException.class, () -> Scope.run(() -> Tensor.ones(2).add(Tensor.ones(3))));
            assertEquals(0, live());
        });
    }

    @Test
    void freedTensorsSaySo() {
        device.with(() -> {
            var leaked = new ArrayList<Tensor>();
            Scope.run(() -> leaked.add(Tensor.ones(64, 32)));
            assertEquals(
                    "Tensor f32 [64, 32] on reference (freed)",
                    leaked.getFirst().toString());
            var e = assertThrows(
                    FreedTensorException.class, () -> leaked.getFirst().neg());
            assertEquals(
                    "tensor f32 [64, 32] was freed when its scope closed; return it from the scope or keep() it",
                    e.getMessage());
        });
    }

    @Test
    void parametersOutliveScopes() {
        device.with(() -> {
            var p = Scope.call(() -> Optional.of(Parameter.of(Tensor.ones(2)))).orElseThrow();
            assertArrayEquals(new float[] {1, 1}, p.value().toFloats());
            Scope.run(() -> p.assign(Tensor.full(3, DType.F32, 2)));
            assertArrayEquals(new float[] {3, 3}, p.value().toFloats());
            assertEquals(1, live());
            assertThrows(ShapeException.class, () -> p.assign(Tensor.ones(3)));
        });
    }

    @Test
    void outsideAScopeTheCollectorOwns() {
        device.with(() -> {
            Tensor kept = Tensor.ones(5);
            for (int i = 0; i < 100; i++) Tensor.ones(5);
            System.gc();
            for (int i = 0; i < 100 && live() > 1; i++) {
                try {
                    Thread.sleep(10);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            assertTrue(live() <= 2, () -> live() + " buffers live");
            assertEquals(5, kept.sum().item());
        });
    }

    @Test
    void aLoopFreesTheStateThatItLeavesBehind() {
        device.with(() -> {
            Tensor before = Tensor.ones(3);
            Scope.run(() -> {
                Tensor constant = Tensor.ones(3);
                var state = List.of(before, constant);
                for (int i = 0; i < 5; i++) {
                    var last = state;
                    state = Scope.call(() -> List.of(last.getFirst().add(1), last.getLast()));
                    Scope.release(last, state);
                    assertEquals(2, Scope.size(), "the constant and the latest");
                }
                assertEquals(6, state.getFirst().toFloats()[0]);
                assertEquals(1, constant.toFloats()[0]);
            });
            assertEquals(1, before.toFloats()[0], "it is not the loop's");
            Scope.release(before, List.of());
            assertEquals(1, before.toFloats()[0], "nor that of no scope");
        });
    }
}
