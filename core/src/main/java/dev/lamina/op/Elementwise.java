package dev.lamina.op;

import dev.lamina.op.Expr.Binary;
import dev.lamina.op.Expr.Const;
import dev.lamina.op.Expr.In;
import dev.lamina.op.Expr.Scalar;
import dev.lamina.op.Expr.Unary;
import dev.lamina.op.Expr.Where;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// An elementwise function: `outputs` over the inputs x0..x(arity-1) and run-time scalars. With one output it
/// has gradients, expressions over the inputs, the output y = In(arity) and its gradient dy = In(arity + 1);
/// they are derived unless given. Equal expressions make equal functions, so a backend can key compiled code by
/// the function.
public final class Elementwise {
    private final String name;
    private final int arity;
    private final int scalars;
    private final List<Expr> outputs;
    private final List<Expr> gradients;
    private final Elementwise[] gradientFunctions;
    private final int hash;

    private Elementwise(String name, int arity, int scalars, List<Expr> outputs, List<Expr> gradients) {
        this.name = name;
        this.arity = arity;
        this.scalars = scalars;
        this.outputs = List.copyOf(outputs);
        this.gradients = List.copyOf(gradients);
        this.gradientFunctions = new Elementwise[gradients.size()];
        this.hash = Objects.hash(arity, scalars, this.outputs);
    }

    /// One output, its gradients derived from the expression.
    public static Elementwise of(String name, int arity, Expr output) {
        Expr dy = Expr.in(arity + 1);
        var gradients = IntStream.range(0, arity)
                .mapToObj(i -> {
                    Expr d = output.derivative(i);
                    return d instanceof Const(double c) && c == 0 ? d : dy.mul(d);
                })
                .toList();
        return of(name, arity, output, gradients);
    }

    /// One output with gradients of your own over x0..x(arity-1), y and dy: cheaper where y can be used.
    public static Elementwise of(String name, int arity, Expr output, List<Expr> gradients) {
        if (gradients.size() != arity)
            throw new IllegalArgumentException(name + ": " + arity + " inputs, but " + gradients.size() + " gradients");
        return new Elementwise(name, arity, scalars(output), List.of(output), gradients);
    }

    /// Several outputs and no gradient: what an optimiser's update is made of.
    public static Elementwise update(String name, int arity, List<Expr> outputs) {
        int scalars = outputs.stream().mapToInt(Elementwise::scalars).max().orElse(0);
        return new Elementwise(name, arity, scalars, outputs, List.of());
    }

    public String name() {
        return name;
    }

    /// Number of input tensors.
    public int arity() {
        return arity;
    }

    /// Number of run-time scalars.
    public int scalars() {
        return scalars;
    }

    public List<Expr> outputs() {
        return outputs;
    }

    /// One expression per input over x, y and dy; empty if the function has no gradient.
    public List<Expr> gradients() {
        return gradients;
    }

    /// The gradient with respect to `input` as a function of its own over x0..x(arity-1), y and dy.
    public Elementwise gradient(int input) {
        Elementwise g = gradientFunctions[input];
        if (g == null) gradientFunctions[input] = g = of("d_" + name, arity + 2, gradients.get(input));
        return g;
    }

    /// True if every function in it is defined for integers.
    public boolean integral() {
        return outputs.stream().allMatch(Elementwise::integral);
    }

    private static boolean integral(Expr e) {
        return switch (e) {
            case In _, Scalar _ -> true;
            case Const(double v) -> v == Math.rint(v);
            case Unary(var fn, Expr x) -> fn.integral() && integral(x);
            case Binary(var fn, Expr a, Expr b) -> fn.integral() && integral(a) && integral(b);
            case Where(Expr c, Expr y, Expr n) -> integral(c) && integral(y) && integral(n);
        };
    }

    private static int scalars(Expr e) {
        return switch (e) {
            case Scalar(int i) -> i + 1;
            case In _, Const _ -> 0;
            case Unary(var _, Expr x) -> scalars(x);
            case Binary(var _, Expr a, Expr b) -> Math.max(scalars(a), scalars(b));
            case Where(Expr c, Expr y, Expr n) -> Math.max(scalars(c), Math.max(scalars(y), scalars(n)));
        };
    }

    @Override
    public boolean equals(Object o) {
        return this == o
                || o instanceof Elementwise e && hash == e.hash && arity == e.arity && outputs.equals(e.outputs);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return name + outputs;
    }
}
