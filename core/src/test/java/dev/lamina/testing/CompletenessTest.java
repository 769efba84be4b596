package dev.lamina.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Functions;
import dev.lamina.op.Kernel;
import dev.lamina.op.Op;
import dev.lamina.op.Pointwise;
import dev.lamina.testing.OpCase.Trait;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The kit checks that it checks everything.
class CompletenessTest {
    private static Kernel op(OpCase c) {
        return c.op().apply(DType.F32);
    }

    private static List<OpCase> ops() {
        return OpCases.ALL.stream().filter(c -> c.op() != null).toList();
    }

    private static void permitted(Class<?> type, Set<Class<?>> found) {
        if (!type.isSealed()) found.add(type);
        else for (Class<?> t : type.getPermittedSubclasses()) permitted(t, found);
    }

    @Test
    void everyOpHasACase() {
        var missing = new HashSet<Class<?>>();
        permitted(Kernel.class, missing);
        assertTrue(missing.size() > 25, () -> "only " + missing);
        ops().forEach(c -> missing.remove(op(c).getClass()));
        assertTrue(missing.isEmpty(), () -> "no case in OpCases for " + missing);
    }

    @Test
    void everyFunctionHasACase() {
        Set<Elementwise> missing = Collections.newSetFromMap(new IdentityHashMap<>());
        missing.addAll(Functions.ALL);
        for (OpCase c : ops()) if (op(c) instanceof Pointwise p) missing.remove(p.f());
        assertTrue(missing.isEmpty(), () -> "no case in PointwiseCases for " + missing);
    }

    /// For every input that an op has a gradient for, some case compares it with finite differences, and the
    /// second gradient too.
    @Test
    void everyGradientIsProven() {
        Map<String, Set<Integer>> needed = new TreeMap<>();
        Map<String, Set<Integer>> proven = new TreeMap<>();
        Map<String, Set<Integer>> provenTwice = new TreeMap<>();
        var device = Reference.device();
        for (OpCase c : ops()) {
            var in = c.tensors(device, DType.F32, c.values());
            var out = c.apply(device, DType.F32, in);
            var gradients = op(c).gradient(in, out, out);
            for (int i = 0; i < gradients.size(); i++) {
                boolean floating = in.get(i).dtype().floating() && CaseChecks.hasGradient(c);
                if (gradients.get(i) == Op.NONE || !floating) continue;
                String key = op(c) instanceof Pointwise p ? p.f().toString() : op(c).name();
                needed.computeIfAbsent(key, _ -> new TreeSet<>()).add(i);
                if (c.is(Trait.KINK) || c.constant().contains(i) || c.elements() == 0) continue;
                proven.computeIfAbsent(key, _ -> new TreeSet<>()).add(i);
                if (CaseChecks.hasSecondGradient(c) && !c.is(Trait.SECOND_KINK))
                    provenTwice.computeIfAbsent(key, _ -> new TreeSet<>()).add(i);
            }
        }
        assertFalse(needed.isEmpty());
        assertEquals(needed, proven);
        assertEquals(needed, provenTwice);
    }

    /// The sizes that kernels get wrong are there.
    @Test
    void awkwardShapesAreCovered() {
        var ranks = new TreeSet<Integer>();
        var sizes = new TreeSet<Integer>();
        for (OpCase c : OpCases.ALL)
            for (Input i : c.in()) {
                ranks.add(i.shape().rank());
                if (i.shape().rank() == 1) sizes.add(i.size());
            }
        assertEquals(Set.of(0, 1, 2, 3, 4, 5), ranks);
        assertTrue(sizes.containsAll(List.of(0, 1, 7, 8, 9, 15, 16, 17, 31, 33, 1030, 4099)), sizes::toString);
    }

    @Test
    void requiredBackendsAreListed() {
        assertTrue(Require.required("cpu", "cpu,opencl"));
        assertTrue(Require.required("opencl", " cpu, opencl "));
        assertFalse(Require.required("open", "cpu,opencl"));
        assertFalse(Require.required("cpu", null));
    }
}
