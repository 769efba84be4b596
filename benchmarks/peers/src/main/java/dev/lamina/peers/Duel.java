package dev.lamina.peers;

import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.benchmarks.Peak;
import dev.lamina.benchmarks.Task;
import dev.lamina.benchmarks.Work;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Two ways to compute one thing, in turns in one JVM, so that both meet the same clock and the same neighbours.
/// Each is warmed up for as long; then they alternate, and who begins alternates too. Each begins on idle processors.
final class Duel {
    private static final int ROUNDS = 11;
    /// The threads of OpenBLAS look for work for 2^26 ticks of the clock after a call, on processors that the other
    /// side needs.
    private static final int IDLE_MS = 50;

    private final Device cpu = Device.require("cpu");
    private final Peak peak = Peak.measure(cpu);
    private final double seconds;

    /// @param seconds of warming up and of measuring, each for each side
    Duel(double seconds) {
        this.seconds = seconds;
    }

    /// A task of ours against a call of a peer.
    Line fight(String what, Supplier<Task> task, String peer, Runnable theirs) {
        Task t = cpu.with(() -> new Rng(1).with(task));
        return fight(what, t.work(), () -> cpu.with(() -> Scope.run(t.body())), peer, theirs);
    }

    private Line fight(String what, Work work, Runnable ours, String peer, Runnable theirs) {
        double round = seconds / ROUNDS;
        int ourCalls = warmUp(ours, round);
        int theirCalls = warmUp(theirs, round);
        double[] a = new double[ROUNDS];
        double[] b = new double[ROUNDS];
        double[] ratio = new double[ROUNDS];
        for (int r = 0; r < ROUNDS; r++) {
            if (r % 2 == 0) a[r] = time(ours, ourCalls);
            b[r] = time(theirs, theirCalls);
            if (r % 2 == 1) a[r] = time(ours, ourCalls);
            ratio[r] = b[r] / a[r];
        }
        double limit = work.byArithmetic() ? peak.gflops() : peak.gigabytes();
        return new Line(what, work, peer, median(a), median(b), median(ratio), limit);
    }

    /// Not under three calls; the calls that fill a round.
    private int warmUp(Runnable body, double round) {
        long start = System.nanoTime();
        int calls = 0;
        while (calls < 3 || (System.nanoTime() - start) * 1e-9 < seconds) {
            body.run();
            calls++;
        }
        double one = time(body, 1);
        return (int) Math.max(1, Math.round(round / one));
    }

    private static double time(Runnable body, int calls) {
        idle();
        body.run();
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) body.run();
        return (System.nanoTime() - start) * 1e-9 / calls;
    }

    /// Waits until the threads of other engines sleep.
    static void idle() {
        LockSupport.parkNanos(IDLE_MS * 1_000_000L);
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
