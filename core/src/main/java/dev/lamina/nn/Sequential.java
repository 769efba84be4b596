package dev.lamina.nn;

import dev.lamina.LaminaException;
import dev.lamina.Tape;
import dev.lamina.Tensor;
import dev.lamina.op.Affine;
import dev.lamina.op.Functions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Layers applied one after another, named `0`, `1`, ... unless given names with `add`.
public final class Sequential implements Layer {
    private final SequencedMap<String, Layer> layers;

    public Sequential(Layer... layers) {
        this(numbered(Arrays.asList(layers)));
    }

    public Sequential(Collection<? extends Layer> layers) {
        this(numbered(layers));
    }

    private Sequential(SequencedMap<String, Layer> layers) {
        this.layers = Collections.unmodifiableSequencedMap(layers);
    }

    static SequencedMap<String, Layer> numbered(Collection<? extends Layer> layers) {
        var named = new LinkedHashMap<String, Layer>();
        for (Layer l : layers) named.put(Integer.toString(named.size()), l);
        return named;
    }

    /// With one more layer at the end, named by its number.
    public Sequential add(Layer layer) {
        return add(Integer.toString(layers.size()), layer);
    }

    /// With one more layer at the end.
    ///
    /// @throws LaminaException if the name is taken, empty, or has a dot in it
    public Sequential add(String name, Layer layer) {
        if (name.isEmpty() || name.contains(".") || layers.containsKey(name))
            throw new LaminaException("sequential: the name \"" + name + "\" is "
                    + (layers.containsKey(name) ? "taken; there are " + layers.keySet() : "empty or has a dot in it"));
        var more = new LinkedHashMap<>(layers);
        more.put(name, layer);
        return new Sequential(more);
    }

    /// The layers, in order.
    public List<Layer> layers() {
        return List.copyOf(layers.values());
    }

    @Override
    public Tensor apply(Tensor x) {
        Tensor y = x;
        var rest = new ArrayDeque<>(order());
        while (!rest.isEmpty()) {
            var l = rest.poll();
            var next = rest.peek();
            if (next != null && joins(l.getValue(), next.getValue()))
                y = Calls.joined(
                        l.getKey(),
                        (Linear) l.getValue(),
                        (Activation) rest.poll().getValue(),
                        y);
            else y = Layer.call(l.getKey(), l.getValue(), y);
        }
        return y;
    }

    /// The layers as they run: while a tape records, max pooling before the relu that stands before it.
    /// The two commute bit for bit, gradients included, and what was pooled is smaller: relu has less to do,
    /// and its gradient does not keep what pooling read. Without a tape, relu is better done by the layer
    /// before it.
    private List<Map.Entry<String, Layer>> order() {
        var order = new ArrayList<>(layers.entrySet());
        if (!Tape.recording() || Calls.watched()) return order;
        for (int i = 0; i + 1 < order.size(); i++)
            if (commute(order.get(i).getValue(), order.get(i + 1).getValue())) Collections.swap(order, i, i + 1);
        return order;
    }

    private static boolean commute(Layer first, Layer second) {
        return first instanceof Activation(var f)
                && f.equals(Functions.RELU)
                && (second instanceof MaxPool2d || second instanceof MaxPool1d);
    }

    /// True if the first layer can do the activation of the second in its own pass. One who watches layers sees
    /// them one by one.
    static boolean joins(Layer first, Layer second) {
        return first instanceof Linear && second instanceof Activation(var f) && Affine.fuses(f) && !Calls.watched();
    }

    @Override
    public SequencedMap<String, Layer> children() {
        return layers;
    }
}
