package dev.lamina.peers;

import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.benchmarks.Peak;
import dev.lamina.benchmarks.Step;
import dev.lamina.benchmarks.TrainingStep;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;

/// The process that trains the benchmark CNN in one engine: `ENGINE`. It says when its first step is done. Each line of
/// its input is a number of seconds to train for, and answered by the images a second, and by what a multiply-add loop
/// gives on as many threads right after; at the end it says what it took of memory.
final class First {
    static final String FIRST = "FIRST";
    static final String RATE = "RATE ";
    static final String LOOP = "LOOP ";
    static final String MEMORY = "MEMORY ";

    /// Which engine trains.
    enum Engine {
        LAMINA("Lamina"),
        PYTORCH("PyTorch (DJL)"),
        DL4J("DL4J");

        final String title;

        Engine(String title) {
            this.title = title;
        }
    }

    private static final double LOOP_SECONDS = 0.1;

    private First() {}

    public static void main(String[] args) throws IOException {
        int batch = Step.CNN.batch();
        Runnable step = switch (Engine.valueOf(args[0])) {
            case LAMINA -> lamina(batch);
            case PYTORCH -> TorchStep.cnn(batch);
            case DL4J -> Dl4jStep.cnn(batch);
        };
        step.run();
        System.out.println(FIRST);
        try (var asked = new BufferedReader(new InputStreamReader(System.in))) {
            for (String seconds; (seconds = asked.readLine()) != null; ) {
                System.out.println(RATE + batch * stepsPerSecond(step, Double.parseDouble(seconds)));
                Duel.idle();
                System.out.println(LOOP + Peak.multiplyAdds(Peak.threads(), LOOP_SECONDS));
            }
        }
        System.out.println(MEMORY + peakBytes());
        System.exit(0); // engines leave threads that are not daemons
    }

    private static double stepsPerSecond(Runnable step, double seconds) {
        long start = System.nanoTime();
        double taken = 0;
        int steps = 0;
        for (; taken < seconds; taken = (System.nanoTime() - start) * 1e-9, steps++) step.run();
        return steps / taken;
    }

    private static Runnable lamina(int batch) {
        Device cpu = Device.require("cpu");
        TrainingStep step = cpu.with(() -> new Rng(1).with(() -> Step.CNN.make(batch)));
        return () -> cpu.with(step);
    }

    /// The most memory that this process had at any time, as Linux counts it.
    private static long peakBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status")))
            if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        throw new IOException("no VmHWM in /proc/self/status");
    }
}
