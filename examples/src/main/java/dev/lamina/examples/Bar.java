package dev.lamina.examples;

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
        // A console is there only if standard input and output are terminals too; --json redirected to a file gets
        // no bar, which is no loss.
        return new Bar(System.console() != null && System.console().isTerminal());
    }

    /// @param steps -1 if unknown
    void start(String what, int steps) {
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

    void step(double loss) {
        if (bar == null) return;
        bar.step();
        bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4f", loss));
    }

    void end() {
        if (bar != null) bar.close();
        bar = null;
    }
}
