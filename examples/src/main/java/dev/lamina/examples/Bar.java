package dev.lamina.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// A progress bar on standard error if that is a terminal, otherwise nothing.
final class Bar {
    private static final int WIDTH = 100;

    private final boolean shown;
    private ProgressBar bar;

    private Bar(boolean shown) {
        this.shown = shown;
    }

    static Bar onTerminal() {
        var bar = new Bar(isTerminal());
        // Ctrl-C in the middle of an epoch: the prompt comes on a line of its own.
        if (bar.shown) Runtime.getRuntime().addShutdownHook(new Thread(bar::end));
        return bar;
    }

    /// Java knows of standard input and output together only; Linux tells about standard error.
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return System.console() != null && System.console().isTerminal();
        }
    }

    /// @param steps -1 if unknown
    synchronized void start(String what, int steps) {
        if (!shown) return;
        bar = new ProgressBarBuilder()
                .setTaskName(what)
                .setInitialMax(steps)
                .setUpdateIntervalMillis(200)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .clearDisplayOnFinish()
                .build();
    }

    synchronized void step(double loss) {
        if (bar == null) return;
        bar.step();
        bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4f", loss));
    }

    synchronized void end() {
        if (bar != null) bar.close();
        bar = null;
    }
}
