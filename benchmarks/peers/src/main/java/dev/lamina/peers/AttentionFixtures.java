package dev.lamina.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Prints the numbers that `KnownTransformersTest` in core expects: multi-head attention and Transformer layers made
/// of PyTorch's operators in binary64, differentiated by PyTorch. Inputs, parameters and the weights of the sums are
/// the sine patterns of `Known`, parameters in the order of the layers' `trainable()`.
final class AttentionFixtures {
    private static final NDManager MANAGER = NDManager.newBaseManager();

    private AttentionFixtures() {}

    static NDArray pattern(double phase, long... shape) {
        var data = new double[(int) new Shape(shape).size()];
        for (int i = 0; i < data.length; i++) data[i] = Math.sin(0.7 * i + phase);
        return MANAGER.create(data, new Shape(shape));
    }

    /// Parameters in order, as a layer asks for them.
    private static final class Parameters {
        final List<NDArray> all = new ArrayList<>();

        NDArray next(long... shape) {
            NDArray p = pattern(all.size() + 1, shape).mul(0.5);
            p.setRequiresGradient(true);
            all.add(p);
            return p;
        }
    }

    private static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
        return x.matMul(weight.transpose()).add(bias);
    }

    private record Attention(int heads, NDArray weight, NDArray bias, NDArray outWeight, NDArray outBias) {
        static Attention of(Parameters p, int width, int heads) {
            return new Attention(
                    heads, p.next(3L * width, width), p.next(3L * width), p.next(width, width), p.next(width));
        }

        private NDArray project(int part, NDArray x) {
            long width = x.getShape().get(2);
            String rows = part * width + ":" + (part + 1) * width;
            NDArray y = linear(x, weight.get(rows + ",:"), bias.get(rows));
            return y.reshape(x.getShape().get(0), x.getShape().get(1), heads, width / heads)
                    .transpose(0, 2, 1, 3);
        }

        NDArray apply(NDArray query, NDArray memory, boolean causal) {
            long width = query.getShape().get(2);
            NDArray q = project(0, query);
            NDArray k = project(1, memory);
            NDArray v = project(2, memory);
            NDArray scores = q.matMul(k.transpose(0, 1, 3, 2)).div(Math.sqrt((double) width / heads));
            if (causal) scores = scores.add(future((int) query.getShape().get(1)));
            NDArray y = scores.softmax(-1).matMul(v).transpose(0, 2, 1, 3).reshape(query.getShape());
            return linear(y, outWeight, outBias);
        }
    }

    private static NDArray future(int t) {
        var bias = new double[t * t];
        for (int i = 0; i < t; i++) for (int j = i + 1; j < t; j++) bias[i * t + j] = Double.NEGATIVE_INFINITY;
        return MANAGER.create(bias, new Shape(t, t));
    }

    private record Dense(NDArray weight1, NDArray bias1, NDArray weight2, NDArray bias2) {
        static Dense of(Parameters p, int width, int hidden) {
            return new Dense(p.next(hidden, width), p.next(hidden), p.next(width, hidden), p.next(width));
        }

        NDArray apply(NDArray x) {
            return linear(NDArrays.maximum(linear(x, weight1, bias1), 0), weight2, bias2);
        }
    }

    private record Norm(NDArray weight, NDArray bias) {
        static Norm of(Parameters p, int width) {
            return new Norm(p.next(width), p.next(width));
        }

        NDArray apply(NDArray x) {
            var last = new int[] {2};
            NDArray centred = x.sub(x.mean(last, true));
            NDArray variance = centred.square().mean(last, true);
            return centred.div(variance.add(1e-5).sqrt()).mul(weight).add(bias);
        }
    }

    private static void print(String name, Parameters p, long[] shape, Function<NDArray, NDArray> layer) {
        NDArray x = pattern(0.5, shape);
        x.setRequiresGradient(true);
        var sums = new ArrayList<Double>();
        try (var tape = Engine.getInstance().newGradientCollector()) {
            NDArray y = layer.apply(x);
            NDArray loss = y.mul(pattern(0.1, y.getShape().getShape())).sum();
            tape.backward(loss);
            sums.add(loss.getDouble());
        }
        sums.add(sum(x, 0.2));
        for (NDArray a : p.all) sums.add(sum(a, 0.3));
        System.out.println(name + ": "
                + sums.stream().map(v -> String.format(Locale.ROOT, "%.10g", v)).collect(Collectors.joining(", ")));
    }

    private static double sum(NDArray of, double phase) {
        return of.getGradient()
                .mul(pattern(phase, of.getShape().getShape()))
                .sum()
                .getDouble();
    }

    private static void attention(boolean causal) {
        var p = new Parameters();
        var a = Attention.of(p, 6, 3);
        print(causal ? "causal attention" : "attention", p, new long[] {2, 5, 6}, x -> a.apply(x, x, causal));
    }

    private static void encoder(boolean first) {
        var p = new Parameters();
        var own = Attention.of(p, 4, 2);
        var dense = Dense.of(p, 4, 6);
        var norm1 = Norm.of(p, 4);
        var norm2 = Norm.of(p, 4);
        print(first ? "encoder layer, norm first" : "encoder layer", p, new long[] {2, 3, 4}, x -> {
            if (first) {
                NDArray n = norm1.apply(x);
                NDArray y = x.add(own.apply(n, n, false));
                return y.add(dense.apply(norm2.apply(y)));
            }
            NDArray y = norm1.apply(x.add(own.apply(x, x, false)));
            return norm2.apply(y.add(dense.apply(y)));
        });
    }

    private static void decoder() {
        var p = new Parameters();
        var own = Attention.of(p, 4, 2);
        var cross = Attention.of(p, 4, 2);
        var dense = Dense.of(p, 4, 6);
        var norm1 = Norm.of(p, 4);
        var norm2 = Norm.of(p, 4);
        var norm3 = Norm.of(p, 4);
        NDArray memory = pattern(0.6, 2, 5, 4);
        print("decoder layer", p, new long[] {2, 3, 4}, x -> {
            NDArray y = norm1.apply(x.add(own.apply(x, x, true)));
            NDArray z = norm2.apply(y.add(cross.apply(y, memory, false)));
            return norm3.apply(z.add(dense.apply(z)));
        });
    }

    static void print() {
        attention(false);
        attention(true);
        encoder(false);
        encoder(true);
        decoder();
    }
}
