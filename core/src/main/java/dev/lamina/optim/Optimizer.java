package dev.lamina.optim;

import dev.lamina.Gradients;
import dev.lamina.LaminaException;
import dev.lamina.Parameter;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.op.Pointwise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;

/// Changes parameters by their gradients, in place, each in one fused elementwise pass over the parameter and
/// its state. A new optimiser is one expression: see `update`.
public abstract class Optimizer {
    private final String name;
    private final List<ParameterGroup> groups;
    private final List<String> slots;
    private final double initial;
    private final List<Entry> entries = new ArrayList<>();
    private Schedule schedule = Schedule.constant();
    private long steps;

    /// A parameter with its state, which is made at its first step.
    private static final class Entry {
        final String name;
        final Parameter parameter;
        final ParameterGroup group;
        List<Parameter> state = List.of();
        long steps;

        Entry(String name, Parameter parameter, ParameterGroup group) {
            this.name = name;
            this.parameter = parameter;
            this.group = group;
        }
    }

    /// @param name for error messages
    /// @param slots names of the tensors kept for each parameter, such as `exp_avg`; they begin as `initial`
    /// @throws LaminaException if there is nothing to train, or a parameter is in two groups
    protected Optimizer(String name, List<ParameterGroup> groups, List<String> slots, double initial) {
        this.name = name;
        this.groups = List.copyOf(groups);
        this.slots = List.copyOf(slots);
        this.initial = initial;
        for (ParameterGroup g : groups) g.parameters().forEach((n, p) -> add(n, p, g));
        if (entries.isEmpty()) throw new LaminaException(name + ": no trainable parameters were given");
    }

    /// Groups without names, or of two models, may use a name twice; the later one is then told apart by its
    /// group.
    private void add(String path, Parameter p, ParameterGroup group) {
        String unique = path;
        for (Entry e : entries) {
            if (e.parameter == p)
                throw new LaminaException(name + ": parameter " + path + " " + p.shape() + " is in two groups");
            if (e.name.equals(path)) unique = "group" + groups.indexOf(group) + "." + path;
        }
        entries.add(new Entry(unique, p, group));
    }

    /// The update of one parameter. Its inputs are the parameter, the gradient and the state, in the order of
    /// the slots; its outputs are the new parameter and the new state. Pass what changes from step to step as
    /// run-time scalars, so that nothing is compiled again.
    ///
    /// @param learningRate the rate of the group times the factor of the schedule
    /// @param step which update of this parameter this is, from 1
    protected abstract Pointwise update(double learningRate, double weightDecay, long step);

    /// Updates every parameter that has a gradient; those for which none was asked are left alone.
    ///
    /// @throws LaminaException if no parameter has a gradient
    public final void step(Gradients gradients) {
        double factor = schedule.at(steps);
        boolean any = false;
        for (Entry e : entries) {
            Tensor g = gradients.byTensor().get(e.parameter.value());
            if (g == null) continue;
            step(e, g, e.group.learningRate() * factor);
            any = true;
        }
        if (!any)
            throw new LaminaException(name + ": none of its " + entries.size()
                    + " parameters is among the gradients; ask Tape.gradients for model.trainable()");
        steps++;
    }

    private void step(Entry e, Tensor gradient, double learningRate) {
        if (!gradient.shape().equals(e.parameter.shape()))
            throw new ShapeException(name + ": parameter " + e.name + " is " + e.parameter.shape() + ", its gradient "
                    + gradient.shape());
        prepare(e);
        var in = new ArrayList<Tensor>(slots.size() + 2);
        in.add(e.parameter.value());
        in.add(gradient);
        for (Parameter s : e.state) in.add(s.value());
        var targets = new ArrayList<Parameter>(slots.size() + 1);
        targets.add(e.parameter);
        targets.addAll(e.state);
        Parameter.update(update(learningRate, e.group.weightDecay(), e.steps + 1), in, targets);
        e.steps++;
    }

    /// Makes the state, or moves it to where the model has moved.
    private void prepare(Entry e) {
        Tensor value = e.parameter.value();
        if (e.state.size() < slots.size())
            e.state = slots.stream()
                    .map(_ -> Parameter.buffer(Tensor.onesLike(value).mul(initial)))
                    .toList();
        for (Parameter s : e.state) {
            s.to(value.device());
            s.to(value.dtype());
        }
    }

    public final List<ParameterGroup> groups() {
        return groups;
    }

    /// How many steps were taken.
    public final long steps() {
        return steps;
    }

    /// The learning rate of the next step in the first group.
    public final double learningRate() {
        return groups.getFirst().learningRate() * schedule.at(steps);
    }

    /// Multiplies the learning rates of all groups by `schedule.at(steps())`; returns this.
    public final Optimizer schedule(Schedule schedule) {
        this.schedule = schedule;
        return this;
    }

    /// All that a resumed run needs, by name: `steps`, and for each parameter that was updated its state
    /// (`0.weight.exp_avg`) and its count of updates (`0.weight.step`). The tensors are the live ones, not
    /// copies.
    public final SequencedMap<String, Tensor> state() {
        var out = new LinkedHashMap<String, Tensor>();
        out.put("steps", count(steps, entries.getFirst()));
        for (Entry e : entries) {
            if (e.steps == 0) continue;
            for (int i = 0; i < slots.size(); i++)
                out.put(e.name + "." + slots.get(i), e.state.get(i).value());
            out.put(e.name + ".step", count(e.steps, e));
        }
        return out;
    }

    private static Tensor count(long n, Entry near) {
        return near.parameter.value().device().with(() -> Tensor.of(new double[] {n}));
    }

    /// Restores what `state` gave, from an optimiser of the same kind over parameters of the same names and
    /// shapes.
    ///
    /// @throws LaminaException listing what is missing, unexpected or of another shape; nothing is changed then
    public final void load(Map<String, Tensor> state) {
        check(state);
        steps = (long) state.get("steps").toDoubles()[0];
        for (Entry e : entries) {
            Tensor count = state.get(e.name + ".step");
            e.steps = count == null ? 0 : (long) count.toDoubles()[0];
            e.state = List.of();
            if (count == null) continue;
            prepare(e);
            for (int i = 0; i < slots.size(); i++) e.state.get(i).assign(state.get(e.name + "." + slots.get(i)));
        }
    }

    private void check(Map<String, Tensor> state) {
        var unexpected = new TreeSet<>(state.keySet());
        var problems = new ArrayList<String>();
        if (!unexpected.remove("steps")) problems.add("missing steps");
        for (Entry e : entries) {
            if (!unexpected.remove(e.name + ".step")) continue;
            for (String slot : slots) {
                String key = e.name + "." + slot;
                if (!unexpected.remove(key)) problems.add("missing " + key);
                else if (!state.get(key).spec().equals(e.parameter.value().spec()))
                    problems.add(key + " is " + state.get(key).spec() + ", expected "
                            + e.parameter.value().spec());
            }
        }
        for (String u : unexpected) problems.add("unexpected " + u);
        if (!problems.isEmpty())
            throw new LaminaException(name + ": the state does not fit this optimizer: " + String.join("; ", problems));
    }

    /// Checks a coefficient in [0, 1).
    static double fraction(String what, double value) {
        if (!(value >= 0 && value < 1)) throw new IllegalArgumentException(what + " must be in [0, 1), got " + value);
        return value;
    }

    /// Checks a coefficient that must not be negative.
    static double notNegative(String what, double value) {
        if (!(value >= 0)) throw new IllegalArgumentException(what + " must be 0 or more, got " + value);
        return value;
    }
}
