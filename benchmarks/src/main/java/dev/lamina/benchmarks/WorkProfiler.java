package dev.lamina.benchmarks;

import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/// Carries the work of a call from the fork, which knows it, to the table of results.
public final class WorkProfiler implements InternalProfiler {
    static final String FLOP = "flop";
    static final String BYTES = "bytes";

    /// Of the benchmark that this JVM runs.
    static volatile Work work = Work.bytes(0);

    @Override
    public String getDescription() {
        return "floating-point operations and bytes of a call";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

    @Override
    public List<ScalarResult> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Work w = work;
        return List.of(
                new ScalarResult(FLOP, w.flop(), "flop/op", AggregationPolicy.AVG),
                new ScalarResult(BYTES, w.bytes(), "B/op", AggregationPolicy.AVG));
    }
}
