package dev.lamina.train;

import dev.lamina.DataException;
import dev.lamina.Parameter;
import dev.lamina.Tensor;
import dev.lamina.data.Values;
import dev.lamina.nn.Layer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;

/// The parameters and buffers of a model in a safetensors file, by name.
public final class Weights {
    private Weights() {}

    public static void save(Layer model, Path file) {
        new SafeTensors(values("", model.parameters()), new LinkedHashMap<>()).write(file);
    }

    /// Fills a model from a file that `save` or a trainer's checkpoint wrote, or another program.
    ///
    /// @throws DataException if names or shapes differ, listing all that is missing, unexpected or different; the
    ///     model is unchanged then
    public static void load(Layer model, Path file) {
        SafeTensors f = SafeTensors.read(file);
        var tensors = Checkpoint.isOne(f) ? Checkpoint.part(f.tensors(), Checkpoint.MODEL) : f.tensors();
        assign(file + " does not fit the model", model.parameters(), tensors);
    }

    /// The values of parameters, with `prefix` before each name.
    static SequencedMap<String, Values> values(String prefix, Map<String, Parameter> parameters) {
        var out = new LinkedHashMap<String, Values>();
        parameters.forEach((name, p) -> out.put(prefix + name, Values.of(p.value())));
        return out;
    }

    static void assign(String problem, Map<String, Parameter> to, Map<String, Values> from) {
        check(problem, to, from);
        to.forEach((name, p) -> {
            Tensor t = p.value().device().with(() -> from.get(name).toTensor());
            p.assign(t);
        });
    }

    static void check(String problem, Map<String, Parameter> to, Map<String, Values> from) {
        var missing = new TreeSet<>(to.keySet());
        missing.removeAll(from.keySet());
        var unexpected = new TreeSet<>(from.keySet());
        unexpected.removeAll(to.keySet());
        var different = new ArrayList<String>();
        to.forEach((name, p) -> {
            Values v = from.get(name);
            if (v != null && !v.spec().equals(p.value().spec()))
                different.add(
                        name + " is " + v.spec() + ", expected " + p.value().spec());
        });
        var all = new ArrayList<String>();
        if (!missing.isEmpty()) all.add("missing " + missing);
        if (!unexpected.isEmpty()) all.add("unexpected " + unexpected);
        all.addAll(different);
        if (!all.isEmpty()) throw new DataException(problem + ": " + String.join("; ", all));
    }
}
