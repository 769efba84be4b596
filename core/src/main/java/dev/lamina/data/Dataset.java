package dev.lamina.data;

import dev.lamina.DataException;
import dev.lamina.Rng;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/// Samples by index. `get` is called from several threads at once; random transforms draw from `Rng.current()`,
/// which a loader binds to a stream of the epoch and the sample, so that results do not depend on the number of
/// threads.
public interface Dataset {
    int size();

    /// Sample `index` of 0..size-1.
    Sample get(int index);

    /// Samples in memory: `inputs` [n, ...] and `targets` [n, ...], or [n] for labels.
    ///
    /// @throws DataException if they are not equally many
    static Dataset of(Values inputs, Values targets) {
        return new MemoryDataset(inputs, targets);
    }

    /// Rows with class labels.
    static Dataset of(float[][] inputs, int[] labels) {
        return of(Values.stack(rows(inputs)), Values.of(labels, labels.length));
    }

    /// Rows with rows as targets.
    static Dataset of(float[][] inputs, float[][] targets) {
        return of(Values.stack(rows(inputs)), Values.stack(rows(targets)));
    }

    private static List<Values> rows(float[][] rows) {
        if (rows.length == 0) throw new DataException("dataset: there are no samples");
        return Arrays.stream(rows).map(r -> Values.of(r, r.length)).toList();
    }

    /// The samples changed by `f` each time they are read.
    default Dataset map(UnaryOperator<Sample> f) {
        return view(size(), i -> f.apply(get(i)));
    }

    /// The samples with inputs changed by `f`, such as one of `Transforms` or `Augment`.
    default Dataset mapInputs(UnaryOperator<Values> f) {
        return map(s -> s.input(f.apply(s.input())));
    }

    /// The samples with targets changed by `f`.
    default Dataset mapTargets(UnaryOperator<Values> f) {
        return map(s -> s.target(f.apply(s.target())));
    }

    /// The samples at these indices, in this order.
    default Dataset subset(int... indices) {
        for (int i : indices)
            if (i < 0 || i >= size()) throw new DataException("subset: index " + i + " is outside 0.." + (size() - 1));
        int[] own = indices.clone();
        return view(own.length, i -> get(own[i]));
    }

    /// The first `n` samples, or all if there are fewer.
    default Dataset take(int n) {
        if (n < 0) throw new DataException("take: the number of samples must be 0 or more, got " + n);
        return view(Math.min(n, size()), this::get);
    }

    /// Two parts without common samples, the first with `fraction` of them, drawn at random.
    default List<Dataset> split(double fraction, Rng rng) {
        if (!(fraction >= 0 && fraction <= 1))
            throw new DataException("split: the fraction must be in 0..1, got " + fraction);
        int[] order = rng.permutation(size());
        int n = (int) Math.round(fraction * order.length);
        return List.of(subset(Arrays.copyOf(order, n)), subset(Arrays.copyOfRange(order, n, order.length)));
    }

    /// The samples of all parts, one after the other.
    static Dataset concat(Dataset... parts) {
        var all = new ArrayList<>(List.of(parts));
        var ends = new int[parts.length];
        int size = 0;
        for (int i = 0; i < parts.length; i++) ends[i] = size = Math.addExact(size, parts[i].size());
        return view(size, i -> {
            int part = 0;
            while (i >= ends[part]) part++;
            return all.get(part).get(i - (part == 0 ? 0 : ends[part - 1]));
        });
    }

    private static Dataset view(int size, IntFunction<Sample> get) {
        return new Dataset() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Sample get(int index) {
                Objects.checkIndex(index, size);
                return get.apply(index);
            }
        };
    }
}
