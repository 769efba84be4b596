package dev.lamina.optim;

/// The factor of the learning rate for each step, counted from 0. Schedules are functions and compose:
/// `Schedule.warmup(500).times(Schedule.cosine(10_000))`, `Schedule.constant().then(1_000,
/// Schedule.exponential(0.999))`.
@FunctionalInterface
public interface Schedule {
    double at(long step);

    static Schedule constant() {
        return constant(1);
    }

    static Schedule constant(double factor) {
        return _ -> factor;
    }

    /// `gamma^floor(step / every)`.
    static Schedule step(long every, double gamma) {
        positive("step", every);
        return step -> Math.pow(gamma, step / every);
    }

    /// `gamma^step`.
    static Schedule exponential(double gamma) {
        return step -> Math.pow(gamma, step);
    }

    /// Half a cosine from 1 to 0 over `steps`. (Loshchilov and Hutter, SGDR, 2017, without restarts.)
    static Schedule cosine(long steps) {
        return cosine(steps, 0);
    }

    /// Half a cosine from 1 to `end` over `steps`, then `end`.
    static Schedule cosine(long steps, double end) {
        positive("cosine", steps);
        return step -> cosine(1, end, progress(step, steps));
    }

    /// A line from `start` to `end` over `steps`, then `end`.
    static Schedule linear(double start, double end, long steps) {
        positive("linear", steps);
        return step -> start + (end - start) * progress(step, steps);
    }

    /// `(step + 1) / steps` until it is 1: the first step is small, but not nothing.
    static Schedule warmup(long steps) {
        positive("warmup", steps);
        return step -> Math.min(1, (step + 1.0) / steps);
    }

    /// `(1 - step / steps)^power`, then 0.
    static Schedule polynomial(long steps, double power) {
        positive("polynomial", steps);
        return step -> Math.pow(1 - progress(step, steps), power);
    }

    /// One cycle with 30 % warm-up from 1/25 to 1 and annealing to 1/25 / 10,000.
    static Schedule oneCycle(long steps) {
        return oneCycle(steps, 0.3, 25, 1e4);
    }

    /// Half a cosine from `1 / div` up to 1 over the first `warm` fraction of `steps`, and another down to
    /// `1 / (div finalDiv)`. (Smith and Topin, Super-convergence, 2018.)
    static Schedule oneCycle(long steps, double warm, double div, double finalDiv) {
        positive("one cycle", steps);
        double top = warm * steps - 1;
        double last = steps - 1;
        return step -> step <= top
                ? cosine(1 / div, 1, top <= 0 ? 1 : step / top)
                : cosine(1, 1 / (div * finalDiv), last <= top ? 1 : Math.min(1, (step - top) / (last - top)));
    }

    /// This schedule for `steps`, then `next`, which counts from 0 again.
    default Schedule then(long steps, Schedule next) {
        return step -> step < steps ? at(step) : next.at(step - steps);
    }

    /// The product of both.
    default Schedule times(Schedule other) {
        return step -> at(step) * other.at(step);
    }

    private static double cosine(double from, double to, double progress) {
        return to + (from - to) * (1 + Math.cos(Math.PI * progress)) / 2;
    }

    private static double progress(long step, long steps) {
        return Math.min(1, (double) step / steps);
    }

    private static void positive(String name, long steps) {
        if (steps < 1)
            throw new IllegalArgumentException("schedule " + name + ": steps must be positive, got " + steps);
    }
}
