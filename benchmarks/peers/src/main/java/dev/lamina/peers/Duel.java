package dev.lamina.peers;

import dev.lamina.Device;
import dev.lamina.Rng;
import dev.lamina.Scope;
import dev.lamina.benchmarks.Peak;
import dev.lamina.benchmarks.Task;
import dev.lamina.benchmarks.Work;
import java.util.Arrays;
import java.util.function.Supplier;

/// Two ways to compute one thing, in turns in one JVM, so that both meet the same clock and the same neighbours.
/// Each is warmed up for as long; then they alternate, and who begins alternates too.
final class Duel {
    private static final int ROUNDS = 11;

    private final Device cpu = Device.require("cpu");
    private final Peak peak = Peak.measure(cpu);
    private final double seconds;

    /// @param seconds that one duel takes, both sides and the warm-up together
    Duel(double seconds) {
        this.seconds = seconds;
    }

    /// A task of ours against a call of a peer.
    Line fight(String what, Supplier<Task> task, String peer, Runnable theirs) {
        Task t = cpu.with(() -> new Rng(1).with(task));
        return fight(what, t.work(), () -> cpu.with(() -> Scope.run(t.body())), peer, theirs);
    }

    private Line fight(String what, Work work, Runnable ours, String peer, Runnable theirs) {
        double round = seconds / 3 / ROUNDS;
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

    /// A sixth of the time, and not under three calls; the calls that fill a round.
    private int warmUp(Runnable body, double round) {
        long start = System.nanoTime();
        int calls = 0;
        while (calls < 3 || (System.nanoTime() - start) * 1e-9 < seconds / 6) {
            body.run();
            calls++;
        }
        double one = time(body, 1);
        return (int) Math.max(1, Math.round(round / one));
    }

    private static double time(Runnable body, int calls) {
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) body.run();
        return (System.nanoTime() - start) * 1e-9 / calls;
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
