package dev.lamina.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DTypeException;
import dev.lamina.Device;
import dev.lamina.DeviceException;
import dev.lamina.Gradients;
import dev.lamina.LaminaException;
import dev.lamina.Parameter;
import dev.lamina.Scope;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.testing.Reference;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class OptimizerTest {
    private static final Device DEVICE = Reference.device();

    private static Parameter parameter(float... values) {
        return DEVICE.with(() -> Parameter.of(Tensor.of(values, values.length)));
    }

    private static List<ParameterGroup> group(double rate, Parameter... p) {
        return List.of(ParameterGroup.of(List.of(p), rate));
    }

    private static void minimize(Optimizer o, Collection<Parameter> p, int steps, Supplier<Tensor> loss) {
        for (int i = 0; i < steps; i++) Scope.run(() -> DEVICE.with(() -> o.step(Tape.gradients(loss, p))));
    }

    /// Gradients as if a tape had given them.
    private static Gradients gradients(Map<Parameter, Tensor> by) {
        var byTensor = new IdentityHashMap<Tensor, Tensor>();
        by.forEach((p, g) -> byTensor.put(p.value(), g));
        return new Gradients(Tensor.scalar(0), List.copyOf(by.values()), byTensor);
    }

    @Test
    void adamFindsTheMinimumOfRosenbrock() {
        Parameter p = parameter(-0.5f, 0.5f);
        var adam = new Adam(group(0.1, p), 0.9, 0.999, 1e-8);
        minimize(adam, List.of(p), 700, () -> {
            Tensor x = p.value().slice(0, 0, 1);
            Tensor y = p.value().slice(0, 1, 2);
            return x.sub(1).square().add(y.sub(x.square()).square().mul(100)).sum();
        });
        assertArrayEquals(new float[] {1, 1}, p.value().toFloats(), 0.01f);
    }

    @Test
    void eachFindsTheMinimumOfAQuadratic() {
        List<Function<List<ParameterGroup>, Optimizer>> all = List.of(
                g -> new Sgd(g, 0, 0, false),
                g -> new Sgd(g, 0.9, 0, true),
                g -> new Adam(g, 0.9, 0.999, 1e-8),
                g -> new AdamW(g, 0.9, 0.999, 1e-8),
                g -> new RmsProp(g, 0.9, 1e-8, 0, false),
                g -> new Adagrad(g, 0, 0, 1e-10));
        double[] rates = {0.2, 0.03, 0.2, 0.2, 0.12, 1.5};
        for (int i = 0; i < rates.length; i++) {
            Parameter p = parameter(3, -2, 0.5f);
            Optimizer o = all.get(i).apply(group(rates[i], p));
            o.schedule(Schedule.cosine(150, 0.01));
            Tensor target = DEVICE.with(() -> Tensor.of(new float[] {1, 2, 3}));
            minimize(o, List.of(p), 150, () -> p.value().sub(target).square().sum());
            assertArrayEquals(
                    new float[] {1, 2, 3},
                    p.value().toFloats(),
                    0.01f,
                    o.getClass().getSimpleName());
        }
    }

    @Test
    void resumesBitForBit() {
        Parameter a = parameter(0.3f, -0.7f);
        Parameter b = parameter(0.3f, -0.7f);
        var whole = new Adam(group(0.1, a), 0.9, 0.999, 1e-8);
        var first = new Adam(group(0.1, b), 0.9, 0.999, 1e-8);
        whole.schedule(Schedule.exponential(0.9));
        first.schedule(Schedule.exponential(0.9));
        minimize(whole, List.of(a), 7, () -> a.value().sub(2).square().sum());
        minimize(first, List.of(b), 3, () -> b.value().sub(2).square().sum());
        Parameter c = parameter(b.value().toFloats());
        var second = new Adam(group(0.1, c), 0.9, 0.999, 1e-8);
        second.schedule(Schedule.exponential(0.9));
        second.load(first.state());
        minimize(second, List.of(c), 4, () -> c.value().sub(2).square().sum());
        assertArrayEquals(a.value().toFloats(), c.value().toFloats(), 0f);
        assertEquals(7, second.steps());
        assertEquals(0.1 * Math.pow(0.9, 7), second.learningRate(), 1e-12);
    }

    @Test
    void aStateThatDoesNotFitIsRefusedAndNothingChanges() {
        Parameter p = parameter(1, 2);
        var adam = new Adam(group(0.1, p), 0.9, 0.999, 1e-8);
        minimize(adam, List.of(p), 1, () -> p.value().square().sum());
        var state = new LinkedHashMap<>(adam.state());
        state.remove("0.exp_avg");
        state.put("0.exp_avg_sq", DEVICE.with(() -> Tensor.zeros(3)));
        state.put("foreign", DEVICE.with(() -> Tensor.zeros(1)));
        float[] before = adam.state().get("0.exp_avg").toFloats();
        var e = assertThrows(LaminaException.class, () -> adam.load(state));
        assertEquals(
                "adam: the state does not fit this optimizer: missing 0.exp_avg; 0.exp_avg_sq is f32 [3], expected "
                        + "f32 [2]; unexpected foreign",
                e.getMessage());
        assertArrayEquals(before, adam.state().get("0.exp_avg").toFloats());
    }

    @Test
    void parametersForWhichNoGradientWasAskedAreLeftAlone() {
        Parameter p = parameter(1, 2);
        Parameter frozen = parameter(3, 4);
        var adam = new Adam(group(0.1, p, frozen), 0.9, 0.999, 1e-8);
        minimize(adam, List.of(p), 2, () -> p.value().mul(frozen.value()).sum());
        assertArrayEquals(new float[] {3, 4}, frozen.value().toFloats());
        assertFalse(adam.state().containsKey("1.step"));
        minimize(
                adam, List.of(p, frozen), 1, () -> p.value().mul(frozen.value()).sum());
        assertEquals(
                2.9f, frozen.value().toFloats()[0], 1e-5f, "its first step has the bias correction of a first step");
        var e = assertThrows(LaminaException.class, () -> DEVICE.with(() -> adam.step(gradients(Map.of()))));
        assertTrue(e.getMessage().contains("none of its 2 parameters is among the gradients"), e::getMessage);
    }

    @Test
    void aGradientOnAnotherDeviceOrOfAnotherTypeIsNamed() {
        Parameter p = parameter(1, 2);
        var sgd = new Sgd(group(0.1, p), 0, 0, false);
        var elsewhere = Device.of("elsewhere", new dev.lamina.testing.ReferenceBackend());
        var device = assertThrows(
                DeviceException.class, () -> elsewhere.with(() -> sgd.step(gradients(Map.of(p, Tensor.ones(2))))));
        assertTrue(device.getMessage().contains("reference and elsewhere"), device::getMessage);
        var type = assertThrows(
                DTypeException.class,
                () -> DEVICE.with(() -> sgd.step(gradients(Map.of(p, Tensor.of(new double[] {1, 1}))))));
        assertTrue(type.getMessage().contains("f64 [2]"), type::getMessage);
        assertArrayEquals(new float[] {1, 2}, p.value().toFloats());
    }

    @Test
    void groupsHaveTheirOwnRatesAndDecay() {
        Parameter fast = parameter(1);
        Parameter slow = parameter(1);
        var o = new Sgd(
                List.of(
                        ParameterGroup.of(List.of(fast), 0.5),
                        ParameterGroup.of(List.of(slow), 0.1).weightDecay(1)),
                0,
                0,
                false);
        minimize(o, List.of(fast, slow), 1, () -> fast.value().add(slow.value()).sum());
        assertEquals(0.5f, fast.value().item(), 1e-6f);
        assertEquals(0.8f, slow.value().item(), 1e-6f);
        var e = assertThrows(
                LaminaException.class,
                () -> new Sgd(List.of(group(1, fast).getFirst(), group(2, fast).getFirst()), 0, 0, false));
        assertTrue(e.getMessage().contains("is in two groups"), e::getMessage);
    }

    @Test
    void senselessCoefficientsAreRefused() {
        Parameter p = parameter(1);
        assertThrows(IllegalArgumentException.class, () -> group(-1, p));
        assertThrows(IllegalArgumentException.class, () -> group(Double.NaN, p));
        assertThrows(IllegalArgumentException.class, () -> new Adam(group(1, p), 1, 0.9, 1e-8));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(group(1, p), 0, 0, true));
        assertThrows(LaminaException.class, () -> new Sgd(group(1), 0, 0, false));
    }
}
