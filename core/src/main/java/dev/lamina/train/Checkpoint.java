package dev.lamina.train;

import dev.lamina.DataException;
import dev.lamina.LaminaException;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.data.Values;
import dev.lamina.nn.Layer;
import dev.lamina.optim.Optimizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// All that a run needs to go on: parameters, optimizer state, best weights so far, epoch, and the position of
/// the random stream. One safetensors file with the parts told apart by their prefix.
record Checkpoint(Path file, SequencedMap<String, Values> tensors, SequencedMap<String, String> metadata) {
    static final String MODEL = "model.";
    private static final String OPTIMIZER = "optimizer.";
    private static final String BEST = "best.";
    private static final String VERSION = "1";
    private static final String FORMAT = "lamina_checkpoint";

    static Checkpoint of(Layer model, Optimizer optimizer, int epochs, Rng rng, BestWeights best) {
        return Scope.call(() -> {
            var tensors = new LinkedHashMap<>(Weights.values(MODEL, model.parameters()));
            optimizer.state().forEach((name, t) -> tensors.put(OPTIMIZER + name, Values.of(t)));
            tensors.putAll(Weights.values(BEST, best.copies()));
            var metadata = new LinkedHashMap<String, String>();
            metadata.put(FORMAT, VERSION);
            metadata.put("epochs", Integer.toString(epochs));
            metadata.put("seed", Long.toString(rng.seed()));
            metadata.put("position", Long.toString(rng.position()));
            metadata.put("best", Double.toString(best.value));
            metadata.put("waited", Integer.toString(best.waited));
            return new Checkpoint(null, tensors, metadata);
        });
    }

    void write(Path to) {
        new SafeTensors(tensors, metadata).write(to);
    }

    static boolean isOne(SafeTensors f) {
        return f.metadata().containsKey(FORMAT);
    }

    static Checkpoint read(Path file) {
        SafeTensors f = SafeTensors.read(file);
        String version = f.metadata().get(FORMAT);
        if (version == null)
            throw new DataException(file + " is not a checkpoint of a trainer; read weights with Weights.load");
        if (!version.equals(VERSION))
            throw new DataException(
                    file + " is a checkpoint of version " + version + ", this program reads " + VERSION);
        return new Checkpoint(file, f.tensors(), f.metadata());
    }

    /// The tensors whose name begins with `prefix`, without it.
    static SequencedMap<String, Values> part(Map<String, Values> all, String prefix) {
        var out = new LinkedHashMap<String, Values>();
        all.forEach((name, v) -> {
            if (name.startsWith(prefix)) out.put(name.substring(prefix.length()), v);
        });
        return out;
    }

    /// Fills all three, or none.
    void restore(Layer model, Optimizer optimizer, BestWeights best) {
        var weights = part(tensors, MODEL);
        Weights.check(file + " does not fit the model", model.parameters(), weights);
        Scope.run(() -> {
            var state = new LinkedHashMap<String, Tensor>();
            part(tensors, OPTIMIZER).forEach((name, v) -> state.put(name, v.toTensor()));
            try {
                optimizer.load(state);
            } catch (LaminaException e) {
                throw new DataException(file + " does not fit the optimizer: " + e.getMessage(), e);
            }
            Weights.assign(file + " does not fit the model", model.parameters(), weights);
            var bestWeights = part(tensors, BEST);
            best.value = Double.parseDouble(field("best"));
            best.waited = (int) number("waited");
            if (bestWeights.isEmpty()) return;
            best.prepare(model);
            Weights.assign(file + " does not fit the model", best.copies(), bestWeights);
        });
    }

    int epochs() {
        return (int) number("epochs");
    }

    Rng rng() {
        return new Rng(number("seed"), number("position"));
    }

    private String field(String name) {
        String v = metadata.get(name);
        if (v == null) throw new DataException(file + " has no " + name + " in its metadata");
        return v;
    }

    private long number(String name) {
        try {
            return Long.parseLong(field(name));
        } catch (NumberFormatException e) {
            throw new DataException(file + ": " + name + " is not a number: " + field(name), e);
        }
    }
}
