package dev.lamina.nn;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.LayerPath;
import dev.lamina.Mode;
import dev.lamina.OpListener;
import dev.lamina.Parameter;
import dev.lamina.Scope;
import dev.lamina.Shape;
import dev.lamina.Spec;
import dev.lamina.Tensor;
import dev.lamina.op.Affine;
import dev.lamina.op.Attention;
import dev.lamina.op.Conv2d;
import dev.lamina.op.Conv2dInput;
import dev.lamina.op.MatMul;
import dev.lamina.op.Op;
import dev.lamina.op.Reshape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// What the layers of a model do to one input, measured by running it once in evaluation mode; `toString` is a
/// table. A layer that holds others has a row only if it has parameters of its own or computes something
/// itself.
///
/// @param parameters trainable values of the whole model, each counted once
/// @param buffers values that are saved but not trained
public record Summary(List<Row> rows, long parameters, long buffers) {
    public Summary {
        rows = List.copyOf(rows);
    }

    /// One application of a layer.
    ///
    /// @param parameters trainable values of its own, 0 if a row above has counted them
    /// @param multiplyAdds of its matrix products and convolutions
    /// @param activationBytes of its output, 0 if that is a view of the input
    public record Row(
            String path,
            String type,
            Shape input,
            Shape output,
            long parameters,
            long multiplyAdds,
            long activationBytes) {}

    /// For an f32 input of this shape, batch included.
    public static Summary of(Layer layer, Shape input) {
        return of(layer, new Spec(input, DType.F32));
    }

    /// For an input of this shape and type: zeros on the device of the model's parameters.
    public static Summary of(Layer layer, Spec input) {
        var values = layer.parameters().values();
        Device device = values.isEmpty()
                ? Device.current()
                : values.iterator().next().value().device();
        var watcher = new RowWatcher();
        Supplier<Tensor> forward = () -> Calls.root(watcher, layer, zeros(input));
        Scope.run(() -> device.with(() -> Mode.evaluate(() -> watcher.ops().listenTo(forward))));
        Set<Parameter> distinct = identitySet();
        distinct.addAll(values);
        return new Summary(watcher.rows(), size(distinct, true), size(distinct, false));
    }

    private static Tensor zeros(Spec s) {
        return Tensor.full(0, DType.F32, s.shape().dims()).cast(s.dtype());
    }

    static Set<Parameter> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static long size(Collection<Parameter> all, boolean trainable) {
        return all.stream()
                .filter(p -> p.trainable() == trainable)
                .mapToLong(p -> p.shape().size())
                .sum();
    }

    public long multiplyAdds() {
        return rows.stream().mapToLong(Row::multiplyAdds).sum();
    }

    public long activationBytes() {
        return rows.stream().mapToLong(Row::activationBytes).sum();
    }

    @Override
    public String toString() {
        return SummaryTable.of(this);
    }

    /// Makes the rows while the model runs.
    private static final class RowWatcher implements Calls.Watcher {
        /// A call that has not returned yet.
        private static final class Open {
            private final int position;
            private boolean leaf = true;
            private boolean computes;
            private long multiplyAdds;

            Open(int position) {
                this.position = position;
            }
        }

        private final List<Row> rows = new ArrayList<>();
        private final List<Open> open = new ArrayList<>();
        private final Set<Parameter> counted = identitySet();

        List<Row> rows() {
            return rows.stream().filter(r -> r != null).toList();
        }

        OpListener ops() {
            return (op, in, out, _) -> {
                if (open.isEmpty() || op instanceof Reshape) return;
                open.getLast().computes = true;
                open.getLast().multiplyAdds += multiplyAdds(op, in, out);
            };
        }

        @Override
        public Tensor call(Layer layer, Tensor x, Supplier<Tensor> proceed) {
            if (!open.isEmpty()) open.getLast().leaf = false;
            var call = new Open(rows.size());
            rows.add(null); // rows stand in the order in which calls begin
            open.add(call);
            Tensor y = proceed.get();
            open.removeLast();
            var own = layer.own().values().stream().filter(counted::add).toList();
            if (call.leaf || call.computes || !own.isEmpty())
                rows.set(
                        call.position,
                        new Row(
                                LayerPath.current(),
                                type(layer),
                                x.shape(),
                                y.shape(),
                                size(own, true),
                                call.multiplyAdds,
                                call.computes ? y.spec().bytes() : 0));
            return y;
        }

        private static String type(Layer layer) {
            if (layer instanceof Lambda(String name, var _)) return name;
            if (layer instanceof Activation(var f)) return f.name();
            String simple = layer.getClass().getSimpleName();
            return layer.getClass().isHidden() || simple.isEmpty() ? "function" : simple;
        }

        private static long multiplyAdds(Op op, List<Tensor> in, List<Tensor> out) {
            return switch (op) {
                case MatMul m ->
                    out.getFirst().shape().size() * in.getFirst().shape().dim(m.ta() ? -2 : -1);
                case Affine a -> multiplyAdds(a.linear(), in, out);
                case Attention _ ->
                    in.get(1).shape().dim(2)
                            * (in.get(0).shape().size() + out.getFirst().shape().size());
                case Conv2d _ ->
                    out.getFirst().shape().size() * perOutput(in.get(1).shape());
                case Conv2dInput _ ->
                    in.getFirst().shape().size() * perOutput(in.get(1).shape());
                default -> 0;
            };
        }

        private static long perOutput(Shape weight) {
            return weight.size(1, weight.rank());
        }
    }
}
