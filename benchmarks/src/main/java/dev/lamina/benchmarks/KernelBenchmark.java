package dev.lamina.benchmarks;

import dev.lamina.Device;
import dev.lamina.Rng;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Measures one task on a device, from the call until the device is done. C2 can compile one loop well in one
/// JVM and badly in the next, hence several forks.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class KernelBenchmark {
    @Param("cpu")
    public String device;

    private Device on;
    private Runnable body;

    /// What to measure, made on the current device.
    abstract Task task();

    @Setup
    public void open() {
        on = Device.require(device);
        Task task = on.with(() -> new Rng(1).with(this::task));
        body = task.body();
        WorkProfiler.work = task.work();
    }

    @Benchmark
    public void run() {
        on.with(() -> dev.lamina.Scope.run(body));
        on.sync();
    }
}
