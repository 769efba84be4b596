package dev.lamina.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Functions;
import dev.lamina.op.MatMul;
import dev.lamina.op.Pointwise;
import dev.lamina.testing.FaultyBackend.Fault;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// The kit finds what it is there to find: each test gives a backend one fault.
class KitTest {
    private static final OpCase EXP = OpCase.of("exp", new Pointwise(Functions.EXP), Input.real(4, 9));
    private static final OpCase PRODUCT = OpCase.of(
                    "matmul", new MatMul(false, false), Input.real(5, 33), Input.real(33, 7))
            .with(OpCase.Trait.MULTILINEAR);

    private static float[] array(View v) {
        return (float[]) v.memory();
    }

    private static void finds(Fault fault, Consumer<CaseChecks> check, String... parts) {
        var checks = new CaseChecks(Device.of("faulty", new FaultyBackend(fault)));
        expect(assertThrows(AssertionError.class, () -> check.accept(checks)), parts);
        check.accept(new CaseChecks(Reference.device()));
    }

    private static void expect(AssertionError e, String... parts) {
        for (String p : parts) assertTrue(e.getMessage().contains(p), () -> "no '" + p + "' in: " + e.getMessage());
    }

    private static int at(View v, int i) {
        return Math.toIntExact(v.offset()) + i;
    }

    @Test
    void findsOneWrongElement() {
        Fault wrong = (op, _, out) -> {
            if (op.name().equals("exp")) array(out.getFirst())[at(out.getFirst(), 35)] *= 1.0001f;
        };
        finds(
                wrong,
                k -> k.forward(EXP),
                "exp [[4, 9]] / forward",
                "element [3, 8]",
                "expected",
                "got",
                "tolerance",
                "seed");
    }

    /// One term of a sum of 33 in single precision is far outside the tolerance; a different order of terms is
    /// not.
    @Test
    void tellsAMissingTermFromAnotherOrder() {
        Fault missing = (op, in, out) -> {
            if (!op.name().equals("matmul")) return;
            array(out.getFirst())[at(out.getFirst(), 0)] -=
                    array(in.get(0))[at(in.get(0), 32)] * array(in.get(1))[at(in.get(1), 32 * 7)];
        };
        finds(missing, k -> k.forward(PRODUCT), "element [0, 0]");
        Fault otherOrder = (op, in, out) -> {
            if (!op.name().equals("matmul")) return;
            float sum = 0;
            for (int k = 32; k >= 0; k--)
                sum += array(in.get(0))[at(in.get(0), k)] * array(in.get(1))[at(in.get(1), k * 7)];
            array(out.getFirst())[at(out.getFirst(), 0)] = sum;
        };
        new CaseChecks(Device.of("other order", new FaultyBackend(otherOrder))).forward(PRODUCT);
    }

    @Test
    void findsAWrongGradient() {
        Fault wrong = (op, _, out) -> {
            if (op.name().equals("d_exp")) array(out.getFirst())[at(out.getFirst(), 0)] *= 1.01f;
        };
        finds(wrong, k -> k.gradient(EXP), "exp [[4, 9]] / gradient", "element [0, 0]");
    }

    @Test
    void findsALostNaN() {
        Fault lost = (op, _, out) -> {
            if (!op.name().equals("exp")) return;
            float[] y = array(out.getFirst());
            for (int i = 0; i < y.length; i++) if (Float.isNaN(y[i])) y[i] = 0;
        };
        finds(lost, k -> k.nonFinite(EXP), "NaN in input 0", "expected NaN, got 0.0");
    }

    @Test
    void findsRunsThatDiffer() {
        var runs = new int[1];
        Fault drifting = (op, _, out) -> {
            if (op.name().equals("exp")) array(out.getFirst())[at(out.getFirst(), 1)] += 1e-6f * runs[0]++;
        };
        var checks = new CaseChecks(Device.of("faulty", new FaultyBackend(drifting)));
        expect(assertThrows(AssertionError.class, () -> checks.deterministic(EXP)), "two runs differ");
    }

    @Test
    void findsAWriteBesideTheOutput() {
        Fault beside = (_, _, out) -> array(out.getFirst())[at(out.getFirst(), 36)] = 0;
        Fault before = (_, _, out) -> array(out.getFirst())[at(out.getFirst(), -1)] = 0;
        Fault input = (_, in, _) -> array(in.getFirst())[at(in.getFirst(), 4)] = 0;
        for (var f : List.of(beside, before, input)) {
            var e = assertThrows(AssertionError.class, () -> new GuardCheck(new FaultyBackend(f)).check(EXP));
            expect(
                    e,
                    "exp [[4, 9]] / guards",
                    f == input ? "input 0 was changed" : f == beside ? "element 36" : "element -1");
        }
        new GuardCheck(new ReferenceBackend()).check(EXP);
    }

    @Test
    void findsAViewThatIsReadFromItsAllocation() {
        Fault ignoresOffset = (_, in, out) -> {
            for (int i = 0; i < 36; i++)
                array(out.getFirst())[at(out.getFirst(), i)] = (float) Math.exp(array(in.getFirst())[i]);
        };
        var guards = new GuardCheck(new FaultyBackend(ignoresOffset));
        expect(assertThrows(AssertionError.class, () -> guards.check(EXP)), "views at odd offsets", "element [0, 0]");
    }

    @Test
    void finiteDifferencesNameTheElement() {
        OpCase c = OpCase.method("crooked", x -> x.add(x.detach().square()), Input.real(Values.given(1, 0, 0), 3));
        var e = assertThrows(AssertionError.class, () -> new FiniteDifferences(c, Reference.device()).gradient());
        expect(e, "crooked [[3]] / gradient: input 0 element [0]: finite difference");
    }

    @Test
    void arraysAreComparedBitForBit() {
        var a = new Evaluation(EXP, Reference.device(), DType.F32).forward();
        var b = new Evaluation(EXP, Reference.device(), DType.F32).forward();
        assertTrue(Evaluation.Array.identical(a, b));
        b.getFirst().values()[0] = Math.nextUp(b.getFirst().values()[0]);
        assertEquals(false, Evaluation.Array.identical(a, b));
        assertEquals(36, Arrays.stream(b.getFirst().values()).filter(v -> v > 0).count());
    }
}
