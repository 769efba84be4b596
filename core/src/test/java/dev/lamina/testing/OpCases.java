package dev.lamina.testing;

import java.util.List;
import java.util.stream.Stream;

/// The one list of cases that everything is made from: conformance, gradients, the support table, benchmarks.
public final class OpCases {
    /// All of them. Sizes are awkward on purpose: 1, primes, vector widths and one more or less, larger than a
    /// block, an axis of every tensor broadcast, rank 0 to 5, empty batches.
    public static final List<OpCase> ALL = Stream.of(
                    PointwiseCases.all(),
                    ReductionCases.all(),
                    LayoutCases.all(),
                    ProductCases.all(),
                    PoolCases.all(),
                    RandomCases.all(),
                    CompositeCases.all(),
                    RecurrentCases.all(),
                    AttentionCases.all())
            .flatMap(List::stream)
            .toList();

    private OpCases() {}
}
