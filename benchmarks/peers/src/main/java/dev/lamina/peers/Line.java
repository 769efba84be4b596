package dev.lamina.peers;

import dev.lamina.benchmarks.Work;

/// What one duel gave.
///
/// @param what computed, on which shapes
/// @param work of one call
/// @param ours median seconds of a call
/// @param theirs median seconds of the peer's call
/// @param ratio median over the rounds of theirs / ours: above 1, Lamina is the faster one
/// @param peak GFLOP/s or GB/s of the cores in use, whichever limits the work
record Line(String what, Work work, String peer, double ours, double theirs, double ratio, double peak) {
    private static final String MARK = "LINE";

    /// One line of text, for the process that collects.
    String encode() {
        return String.join(
                "\t",
                MARK,
                what,
                Double.toString(work.flop()),
                Double.toString(work.bytes()),
                peer,
                Double.toString(ours),
                Double.toString(theirs),
                Double.toString(ratio),
                Double.toString(peak));
    }

    static boolean isLine(String text) {
        return text.startsWith(MARK + "\t");
    }

    static Line decode(String text) {
        String[] f = text.split("\t");
        return new Line(
                f[1],
                new Work(Double.parseDouble(f[2]), Double.parseDouble(f[3])),
                f[4],
                Double.parseDouble(f[5]),
                Double.parseDouble(f[6]),
                Double.parseDouble(f[7]),
                Double.parseDouble(f[8]));
    }

    /// GFLOP/s or GB/s of ours.
    double rate() {
        return (work.byArithmetic() ? work.flop() : work.bytes()) / ours * 1e-9;
    }
}
