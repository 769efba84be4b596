package dev.lamina.benchmarks;

import dev.lamina.Rng;
import dev.lamina.Tensor;
import dev.lamina.op.Expr;
import dev.lamina.op.Functions;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Elementwise functions and chains of them that run as one.
public class Elementwise extends KernelBenchmark {
    /// Functions of up to four tensors of equal shape, normally distributed.
    public enum Function implements Case {
        COPY(dev.lamina.op.Elementwise.of("copy", 1, Expr.in(0).mul(1.5))),
        ADD(Functions.ADD),
        RELU(Functions.RELU),
        RELU_GRADIENT(Functions.RELU.gradient(0)),
        TANH(Functions.TANH),
        SIGMOID(Functions.SIGMOID),
        EXP(Functions.EXP),
        GELU(Functions.GELU),
        GELU_GRADIENT(Functions.GELU.gradient(0)),
        GELU_TANH(Functions.GELU_TANH),
        SILU(Functions.SILU),
        /// Bias, scale and relu in one pass.
        ADD_MUL_RELU(dev.lamina.op.Elementwise.of(
                "add_mul_relu", 3, Expr.in(0).add(Expr.in(1)).mul(Expr.in(2)).max(0)));

        private static final int ROWS = 1024;
        private static final int COLUMNS = 1024;

        private final dev.lamina.op.Elementwise f;

        Function(dev.lamina.op.Elementwise f) {
            this.f = f;
        }

        @Override
        public Task task() {
            return task(ROWS, COLUMNS);
        }

        Task task(int... shape) {
            var rng = new Rng(1);
            var in = new Tensor[f.arity()];
            for (int i = 0; i < in.length; i++) in[i] = Tensor.normal(rng, shape);
            return new Task(Work.bytes(4.0 * in[0].shape().size() * (f.arity() + 1)), () -> Tensor.map(f, in));
        }

        @Override
        public String title() {
            return f.name() + " " + List.of(ROWS, COLUMNS);
        }
    }

    @Param
    public Function function;

    /// 1024 is one row of a small layer, where the cost of a call shows.
    @Param({"1024", "1048576"})
    public int size;

    @Override
    Task task() {
        return function.task(size);
    }
}
