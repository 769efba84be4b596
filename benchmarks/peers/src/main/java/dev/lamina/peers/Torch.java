package dev.lamina.peers;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import dev.lamina.benchmarks.ConvShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// PyTorch's operators on the CPU, through DJL.
final class Torch {
    private static final String ENGINE = "PyTorch";

    private final NDManager manager = Engine.getEngine(ENGINE).newBaseManager();
    private final Path folder;

    Torch() {
        try {
            folder = Files.createTempDirectory("torchscript");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String title() {
        return ENGINE + " " + Engine.getEngine(ENGINE).getVersion();
    }

    NDArray normal(int... shape) {
        return manager.randomNormal(
                new Shape(Arrays.stream(shape).mapToLong(i -> i).toArray()));
    }

    /// A call of the statements, whose inputs are named `a b c ...` in the order of the arrays.
    Runnable call(String name, String body, String resultType, String result, NDArray... in) {
        var names = new StringBuilder();
        for (int i = 0; i < in.length; i++) names.append(i == 0 ? "" : " ").append((char) ('a' + i));
        Model model = Model.newInstance(name, ENGINE);
        try {
            Script.write(folder.resolve(name + ".pt"), names.toString(), body, resultType, result);
            model.load(folder, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedModelException e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        }
        var store = new ParameterStore(manager, false);
        var inputs = new NDList(in);
        return () -> { // which holds the model: DJL frees the block of one that is garbage
            try (NDList out = model.getBlock().forward(store, inputs, false)) {
                if (out.isEmpty()) throw new IllegalStateException(name + ": no result");
            }
        };
    }

    /// A call of one expression.
    Runnable call(String name, String expression, NDArray... in) {
        return call(name, "y = " + expression, "Tensor", "y", in);
    }

    Runnable convolution(ConvShape s) {
        return call(
                s + "_forward",
                "torch.conv2d(a, b, None, [%d, %d], [%d, %d], [1, 1], %d)"
                        .formatted(s.stride, s.stride, s.padding, s.padding, s.groups),
                normal(s.x()),
                normal(s.weight()));
    }

    /// Both gradients by one operator, as autograd calls it.
    Runnable convolutionGradients(ConvShape s) {
        String adjoint =
                "dx, dw, db = torch.convolution_backward(a, b, c, None, [%d, %d], [%d, %d], [1, 1], False, [0, 0], %d, %s)"
                        .formatted(s.stride, s.stride, s.padding, s.padding, s.groups, "[True, True, False]");
        return call(
                s + "_gradients",
                adjoint,
                "Tuple[Tensor, Tensor]",
                "(dx, dw)",
                normal(s.y()),
                normal(s.x()),
                normal(s.weight()));
    }

    /// PyTorch's fused Adam on one parameter, its fastest on the CPU.
    Runnable adam(int size) {
        NDArray zero = manager.zeros(new Shape(size));
        return call(
                "adam",
                """
                torch.add_(e, 1)
                weights = [a]
                torch._fused_adam_(weights, [b], [c], [d], annotate(List[Tensor], []), [e], lr=0.001, beta1=0.9, \
                beta2=0.999, weight_decay=0., eps=1.e-8, amsgrad=False, maximize=False)""",
                "Tensor",
                "weights[0]", // a result that nobody reads would take the update away
                normal(size),
                normal(size),
                zero,
                manager.zeros(new Shape(size)),
                manager.create(0f));
    }
}
