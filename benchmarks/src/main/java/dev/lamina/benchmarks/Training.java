package dev.lamina.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/// Whole training steps.
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class Training extends KernelBenchmark {
    @Param
    public Step model;

    @Override
    Task task() {
        TrainingStep step = model.make(model.batch());
        return new Task(new Work(6.0 * step.multiplyAdds(), 0), step);
    }
}
