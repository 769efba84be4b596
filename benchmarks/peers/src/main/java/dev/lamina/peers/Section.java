package dev.lamina.peers;

import ai.djl.ndarray.NDArray;
import dev.lamina.benchmarks.Case;
import dev.lamina.benchmarks.ConvShape;
import dev.lamina.benchmarks.Elementwise;
import dev.lamina.benchmarks.GemmShape;
import dev.lamina.benchmarks.Normalisation;
import dev.lamina.benchmarks.Softmax;
import dev.lamina.benchmarks.Step;
import dev.lamina.benchmarks.Task;
import dev.lamina.benchmarks.TrainingStep;
import dev.lamina.benchmarks.Updates;
import dev.lamina.benchmarks.Work;
import java.util.Locale;
import java.util.function.Consumer;

/// A table of duels; each runs in processes of its own.
enum Section {
    GEMM("Matrix products against OpenBLAS", 1, 0.7) {
        @Override
        void run(Duel duel, int threads, Consumer<Line> out) {
            var blas = OpenBlas.open(threads)
                    .orElseThrow(
                            () -> new IllegalStateException(
                                    "gemm: libopenblas.so.0 is not installed: apt install libopenblas0-pthread, or name it with -Dopenblas=FILE"));
            System.out.println("NOTE\t" + blas.configuration());
            for (GemmShape s : GemmShape.values())
                out.accept(duel.fight(s.title(), s::task, "OpenBLAS", blas.product(s)));
        }
    },
    CONV("Convolutions against PyTorch", 2, 0.7) {
        @Override
        void run(Duel duel, int threads, Consumer<Line> out) {
            var torch = new Torch();
            note();
            for (ConvShape s : ConvShape.values()) {
                out.accept(duel.fight(
                        s + ": " + s.title(), () -> s.task(ConvShape.Pass.FORWARD), PYTORCH, torch.convolution(s)));
                out.accept(duel.fight(s + " gradients", () -> gradients(s), PYTORCH, torch.convolutionGradients(s)));
            }
        }

        private static Task gradients(ConvShape s) {
            Runnable input = s.task(ConvShape.Pass.INPUT).body();
            Runnable weight = s.task(ConvShape.Pass.WEIGHT).body();
            var work = new Work(2 * s.work().flop(), 2 * s.work().bytes());
            return new Task(work, () -> {
                input.run();
                weight.run();
            });
        }
    },
    FUNCTIONS("Functions and updates bound by memory, against PyTorch", 2, 1) {
        @Override
        void run(Duel duel, int threads, Consumer<Line> out) {
            var torch = new Torch();
            note();
            NDArray x = torch.normal(1024, 1024);
            NDArray y = torch.normal(1024, 1024);
            Object[][] calls = {
                {Elementwise.Function.ADD, "torch.add(a, b)"},
                {Elementwise.Function.RELU, "torch.relu(a)"},
                {Elementwise.Function.TANH, "torch.tanh(a)"},
                {Elementwise.Function.SIGMOID, "torch.sigmoid(a)"},
                {Elementwise.Function.EXP, "torch.exp(a)"},
                {Elementwise.Function.GELU, "torch.gelu(a)"},
                {Elementwise.Function.GELU_TANH, "torch.gelu(a, approximate=\"tanh\")"},
                {Elementwise.Function.SILU, "torch.silu(a)"},
                {Softmax.Rows.SOFTMAX_1024, "torch.softmax(a, -1)"},
                {Softmax.Rows.LOG_SOFTMAX_1024, "torch.log_softmax(a, -1)"},
                {Normalisation.Axes.LAYER_NORM, "torch.layer_norm(a, [1024])"},
            };
            for (Object[] c : calls) {
                var ours = (Case) c[0];
                out.accept(duel.fight(ours.title(), ours::task, PYTORCH, torch.call(c[0] + "", (String) c[1], x, y)));
            }
            out.accept(duel.fight(Updates.Rule.ADAM.title(), Updates.Rule.ADAM::task, PYTORCH, torch.adam(1 << 20)));
        }
    },
    CNN("The benchmark CNN, batch 64", 2, 4) {
        @Override
        void run(Duel duel, int threads, Consumer<Line> out) {
            note();
            step(duel, Step.CNN, PYTORCH, TorchStep.cnn(Step.CNN.batch()), out);
        }
    },
    CNN_DL4J("The benchmark CNN, batch 64, against DL4J", 2, 4) {
        @Override
        void run(Duel duel, int threads, Consumer<Line> out) {
            step(duel, Step.CNN, "DL4J", Dl4jStep.cnn(Step.CNN.batch()), out);
        }
    },
    RESNET18("ResNet-18 on images 32 x 32, batch 32", 2, 15) {
        @Override
        void run(Duel duel, int threads, Consumer<Line> out) {
            note();
            step(duel, Step.RESNET18, PYTORCH, TorchStep.resnet18(Step.RESNET18.batch()), out);
        }
    },
    LSTM("Two LSTM layers of 256, sequences of 64, batch 32", 2, 4) {
        @Override
        void run(Duel duel, int threads, Consumer<Line> out) {
            note();
            step(duel, Step.LSTM, PYTORCH, TorchStep.lstm(Step.LSTM.itemsEach(), Step.LSTM.batch(), 256), out);
        }
    };

    private static final String PYTORCH = "PyTorch";

    private final String title;
    private final int firstThreads;
    private final double seconds;

    /// @param firstThreads 1 if it is run with one thread as well as with all
    /// @param seconds of warming up and of measuring in one duel, each for each side
    Section(String title, int firstThreads, double seconds) {
        this.title = title;
        this.firstThreads = firstThreads;
        this.seconds = seconds;
    }

    /// Runs the duels in this JVM.
    abstract void run(Duel duel, int threads, Consumer<Line> out);

    String title() {
        return title;
    }

    double seconds() {
        return seconds;
    }

    boolean withOneThread() {
        return firstThreads == 1;
    }

    private static void note() {
        System.out.println("NOTE\t" + Torch.title());
    }

    private static void step(Duel duel, Step step, String peer, Runnable theirs, Consumer<Line> out) {
        out.accept(duel.fight(
                step.name().toLowerCase(Locale.ROOT) + " training step, batch " + step.batch(),
                () -> {
                    TrainingStep s = step.make(step.batch());
                    return new Task(new Work(6.0 * s.multiplyAdds(), 0), s);
                },
                peer,
                theirs));
    }
}
