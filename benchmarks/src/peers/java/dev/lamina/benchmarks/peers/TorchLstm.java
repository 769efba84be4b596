package dev.lamina.benchmarks.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/// The training step of `lamina bench lstm` in PyTorch: 2 layers of 256, 64 steps, a batch of 32, mean square
/// of the outputs, SGD. Prints milliseconds a step, fastest and median.
public final class TorchLstm {
    private static final int STEPS = 64;
    private static final int SIZE = 256;
    private static final int BATCH = 32;

    private TorchLstm() {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        try (NDManager m = NDManager.newBaseManager("PyTorch")) {
            var params = new NDList();
            for (int k = 0; k < 2; k++) {
                params.add(weight(m, 4 * SIZE, SIZE));
                params.add(weight(m, 4 * SIZE, SIZE));
                params.add(weight(m, 4 * SIZE));
                params.add(weight(m, 4 * SIZE));
            }
            params.forEach(p -> p.setRequiresGradient(true));
            NDArray x = m.randomNormal(new Shape(STEPS, BATCH, SIZE));
            var states = new NDList(m.zeros(new Shape(2, BATCH, SIZE)), m.zeros(new Shape(2, BATCH, SIZE)));
            var millis = new double[rounds];
            for (int i = -rounds / 2; i < rounds; i++) {
                long start = System.nanoTime();
                step(m, x, states, params);
                if (i >= 0) millis[i] = (System.nanoTime() - start) * 1e-6;
            }
            Arrays.sort(millis);
            System.out.printf(
                    "pytorch %s: %.1f ms a step, median %.1f; %,.0f tokens/s%n",
                    Engine.getEngine("PyTorch").getVersion(),
                    millis[0],
                    millis[rounds / 2],
                    BATCH * STEPS * 1e3 / millis[rounds / 2]);
        }
    }

    private static void step(NDManager m, NDArray x, NDList states, NDList params) {
        try (NDManager sub = m.newSubManager()) {
            try (var collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDList out = x.getNDArrayInternal().lstm(x, states, params, true, 2, 0, true, false, false);
                NDArray loss = out.head().square().mean();
                collector.backward(loss);
                loss.close();
                out.close();
            }
            for (NDArray p : params) {
                NDArray g = p.getGradient();
                NDArray change = g.mul(0.01);
                p.subi(change);
                change.close();
                g.close();
            }
            sub.close();
        }
    }

    private static NDArray weight(NDManager m, long... shape) {
        return m.randomUniform(-1f / 16, 1f / 16, new Shape(shape));
    }
}
