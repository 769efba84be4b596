package dev.lamina.op;

/// A scalar expression: the one definition of an elementwise op for every backend. GPU backends print it as
/// source, the CPU evaluates it over blocks, the tape differentiates it. Truth values are 1 and 0 in the type
/// of the inputs.
public sealed interface Expr {
    /// Input tensor `index`.
    record In(int index) implements Expr {}

    /// Scalar argument `index`, known when the op runs: a value that varies without a new kernel being
    /// compiled.
    record Scalar(int index) implements Expr {}

    record Const(double value) implements Expr {}

    record Unary(UnaryFn fn, Expr x) implements Expr {}

    record Binary(BinaryFn fn, Expr a, Expr b) implements Expr {}

    /// `yes` where `condition` is not 0, else `no`.
    record Where(Expr condition, Expr yes, Expr no) implements Expr {}

    /// Functions of one argument. `ROUND` rounds half to even; `SIGN` of 0 is 0; all give NaN for NaN.
    enum UnaryFn {
        NEG,
        ABS,
        SIGN,
        EXP,
        LOG,
        LOG1P,
        EXPM1,
        SQRT,
        RSQRT,
        SIN,
        COS,
        TANH,
        ERF,
        FLOOR,
        CEIL,
        ROUND;

        /// True if the function makes sense for integers too.
        public boolean integral() {
            return this == NEG || this == ABS || this == SIGN || this == FLOOR || this == CEIL || this == ROUND;
        }
    }

    /// Functions of two arguments. `MAX` and `MIN` give NaN if either is NaN; comparisons give 1 or 0.
    enum BinaryFn {
        ADD,
        SUB,
        MUL,
        DIV,
        POW,
        MAX,
        MIN,
        LT,
        LE,
        GT,
        GE,
        EQ,
        NE;

        public boolean integral() {
            return this != POW;
        }
    }

    static Expr in(int index) {
        return new In(index);
    }

    static Expr scalar(int index) {
        return new Scalar(index);
    }

    static Expr of(double value) {
        return new Const(value);
    }

    private Expr apply(UnaryFn fn) {
        return new Unary(fn, this);
    }

    private Expr apply(BinaryFn fn, Expr o) {
        return new Binary(fn, this, o);
    }

    private boolean is(double v) {
        return this instanceof Const(double c) && c == v;
    }

    default Expr add(Expr o) {
        return is(0) ? o : o.is(0) ? this : apply(BinaryFn.ADD, o);
    }

    default Expr add(double o) {
        return add(of(o));
    }

    default Expr sub(Expr o) {
        return o.is(0) ? this : apply(BinaryFn.SUB, o);
    }

    default Expr sub(double o) {
        return sub(of(o));
    }

    default Expr mul(Expr o) {
        return is(1) ? o : o.is(1) ? this : apply(BinaryFn.MUL, o);
    }

    default Expr mul(double o) {
        return mul(of(o));
    }

    default Expr div(Expr o) {
        return o.is(1) ? this : apply(BinaryFn.DIV, o);
    }

    default Expr div(double o) {
        return div(of(o));
    }

    default Expr pow(Expr o) {
        return o.is(1) ? this : o.is(2) ? mul(this) : apply(BinaryFn.POW, o);
    }

    default Expr pow(double o) {
        return pow(of(o));
    }

    default Expr max(Expr o) {
        return apply(BinaryFn.MAX, o);
    }

    default Expr max(double o) {
        return max(of(o));
    }

    default Expr min(Expr o) {
        return apply(BinaryFn.MIN, o);
    }

    default Expr min(double o) {
        return min(of(o));
    }

    default Expr lt(Expr o) {
        return apply(BinaryFn.LT, o);
    }

    default Expr lt(double o) {
        return lt(of(o));
    }

    default Expr le(Expr o) {
        return apply(BinaryFn.LE, o);
    }

    default Expr le(double o) {
        return le(of(o));
    }

    default Expr gt(Expr o) {
        return apply(BinaryFn.GT, o);
    }

    default Expr gt(double o) {
        return gt(of(o));
    }

    default Expr ge(Expr o) {
        return apply(BinaryFn.GE, o);
    }

    default Expr ge(double o) {
        return ge(of(o));
    }

    default Expr eq(Expr o) {
        return apply(BinaryFn.EQ, o);
    }

    default Expr eq(double o) {
        return eq(of(o));
    }

    default Expr ne(Expr o) {
        return apply(BinaryFn.NE, o);
    }

    default Expr ne(double o) {
        return ne(of(o));
    }

    /// `yes` where this is not 0, else `no`.
    default Expr where(Expr yes, Expr no) {
        return yes.equals(no) ? yes : new Where(this, yes, no);
    }

    default Expr where(double yes, Expr no) {
        return where(of(yes), no);
    }

    default Expr where(Expr yes, double no) {
        return where(yes, of(no));
    }

    default Expr neg() {
        return this instanceof Const(double c) ? of(-c) : apply(UnaryFn.NEG);
    }

    default Expr abs() {
        return apply(UnaryFn.ABS);
    }

    default Expr sign() {
        return apply(UnaryFn.SIGN);
    }

    default Expr exp() {
        return apply(UnaryFn.EXP);
    }

    default Expr log() {
        return apply(UnaryFn.LOG);
    }

    default Expr log1p() {
        return apply(UnaryFn.LOG1P);
    }

    default Expr expm1() {
        return apply(UnaryFn.EXPM1);
    }

    default Expr sqrt() {
        return apply(UnaryFn.SQRT);
    }

    default Expr rsqrt() {
        return apply(UnaryFn.RSQRT);
    }

    default Expr sin() {
        return apply(UnaryFn.SIN);
    }

    default Expr cos() {
        return apply(UnaryFn.COS);
    }

    default Expr tanh() {
        return apply(UnaryFn.TANH);
    }

    default Expr erf() {
        return apply(UnaryFn.ERF);
    }

    default Expr floor() {
        return apply(UnaryFn.FLOOR);
    }

    default Expr ceil() {
        return apply(UnaryFn.CEIL);
    }

    default Expr round() {
        return apply(UnaryFn.ROUND);
    }

    /// `1 / (1 + exp(-x))`, by the exponential of `-|x|`: one that overflows would make derivatives NaN.
    default Expr sigmoid() {
        Expr positive = ge(0);
        Expr e = positive.where(neg(), this).exp();
        return positive.where(1, e).div(e.add(1));
    }

    /// `log(1 + exp(x))`, which is x to float precision above 20.
    default Expr softplus() {
        return gt(20).where(this, exp().log1p());
    }

    /// True if input `index` occurs in the expression.
    default boolean uses(int index) {
        return switch (this) {
            case In(int i) -> i == index;
            case Scalar _, Const _ -> false;
            case Unary(var _, Expr x) -> x.uses(index);
            case Binary(var _, Expr a, Expr b) -> a.uses(index) || b.uses(index);
            case Where(Expr c, Expr y, Expr n) -> c.uses(index) || y.uses(index) || n.uses(index);
        };
    }

    /// This expression with input i replaced by `inputs[i]`: substitution is fusion.
    default Expr with(Expr... inputs) {
        return switch (this) {
            case In(int i) -> inputs[i];
            case Scalar _, Const _ -> this;
            case Unary(UnaryFn f, Expr x) -> new Unary(f, x.with(inputs));
            case Binary(BinaryFn f, Expr a, Expr b) -> new Binary(f, a.with(inputs), b.with(inputs));
            case Where(Expr c, Expr y, Expr n) -> c.with(inputs).where(y.with(inputs), n.with(inputs));
        };
    }

    /// The partial derivative with respect to input `index`.
    default Expr derivative(int index) {
        return Derivative.of(this, index);
    }
}
