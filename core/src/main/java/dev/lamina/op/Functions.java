package dev.lamina.op;

import static dev.lamina.op.Expr.in;
import static dev.lamina.op.Expr.of;
import static dev.lamina.op.Expr.scalar;

import java.util.List;

/// The elementwise functions of the library, one line each: the expression, and a gradient of its own where
/// using the output y is cheaper than what the derivative would compute.
public final class Functions {
    private static final Expr X = in(0);
    private static final Expr Y = in(1);
    private static final Expr DY = in(2);
    private static final Expr A = in(0);
    private static final Expr B = in(1);
    private static final Expr Y2 = in(2);
    private static final Expr DY2 = in(3);
    private static final Expr S = scalar(0);
    private static final Expr T = scalar(1);
    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;

    public static final Elementwise ADD = binary("add", A.add(B));
    public static final Elementwise SUB = binary("sub", A.sub(B));
    public static final Elementwise MUL = binary("mul", A.mul(B));
    public static final Elementwise DIV = Elementwise.of(
            "div", 2, A.div(B), List.of(DY2.div(B), DY2.mul(Y2).div(B).neg()));
    public static final Elementwise POW = binary("pow", A.pow(B));
    public static final Elementwise MAX = binary("max", A.max(B));
    public static final Elementwise MIN = binary("min", A.min(B));
    public static final Elementwise LT = binary("lt", A.lt(B));
    public static final Elementwise LE = binary("le", A.le(B));
    public static final Elementwise GT = binary("gt", A.gt(B));
    public static final Elementwise GE = binary("ge", A.ge(B));
    public static final Elementwise EQ = binary("eq", A.eq(B));
    public static final Elementwise NE = binary("ne", A.ne(B));
    public static final Elementwise PRELU = binary("prelu", A.le(0).where(A.mul(B), A));
    public static final Elementwise WHERE = Elementwise.of("where", 3, in(0).where(in(1), in(2)));
    /// `x * scale + shift`, the affine part of a normalisation.
    public static final Elementwise MUL_ADD =
            Elementwise.of("mul_add", 3, in(0).mul(in(1)).add(in(2)));

    public static final Elementwise ADD_SCALAR = unary("add", X.add(S));
    public static final Elementwise MUL_SCALAR = unary("mul", X.mul(S));
    public static final Elementwise POW_SCALAR = unary("pow", X.pow(S));
    public static final Elementwise SCALAR_SUB = unary("sub", S.sub(X));
    public static final Elementwise DIV_SCALAR = unary("div", X.div(S));
    public static final Elementwise SCALAR_DIV = unary("div", S.div(X));
    public static final Elementwise MAX_SCALAR = unary("max", X.max(S));
    public static final Elementwise MIN_SCALAR = unary("min", X.min(S));
    public static final Elementwise LT_SCALAR = unary("lt", X.lt(S));
    public static final Elementwise LE_SCALAR = unary("le", X.le(S));
    public static final Elementwise GT_SCALAR = unary("gt", X.gt(S));
    public static final Elementwise GE_SCALAR = unary("ge", X.ge(S));
    public static final Elementwise EQ_SCALAR = unary("eq", X.eq(S));
    public static final Elementwise NE_SCALAR = unary("ne", X.ne(S));
    public static final Elementwise CLAMP = unary("clamp", X.max(S).min(T));

    public static final Elementwise NEG = unary("neg", X.neg());
    public static final Elementwise ABS = unary("abs", X.abs());
    public static final Elementwise SIGN = unary("sign", X.sign());
    public static final Elementwise EXP = unary("exp", X.exp(), DY.mul(Y));
    public static final Elementwise LOG = unary("log", X.log());
    public static final Elementwise LOG1P = unary("log1p", X.log1p());
    public static final Elementwise EXPM1 = unary("expm1", X.expm1(), DY.mul(Y.add(1)));
    public static final Elementwise SQRT = unary("sqrt", X.sqrt(), DY.mul(0.5).div(Y));
    public static final Elementwise RSQRT =
            unary("rsqrt", X.rsqrt(), DY.mul(-0.5).mul(Y.mul(Y).mul(Y)));
    public static final Elementwise SQUARE = unary("square", X.mul(X));
    public static final Elementwise SIN = unary("sin", X.sin());
    public static final Elementwise COS = unary("cos", X.cos());
    public static final Elementwise TANH = unary("tanh", X.tanh(), DY.mul(of(1).sub(Y.mul(Y))));
    public static final Elementwise ERF = unary("erf", X.erf());
    public static final Elementwise FLOOR = unary("floor", X.floor());
    public static final Elementwise CEIL = unary("ceil", X.ceil());
    public static final Elementwise ROUND = unary("round", X.round());

    public static final Elementwise SIGMOID = unary("sigmoid", X.sigmoid(), DY.mul(Y.mul(of(1).sub(Y))));
    /// Written so that NaN stays NaN.
    public static final Elementwise RELU =
            unary("relu", X.le(0).where(0, X), Y.le(0).where(0, DY));
    public static final Elementwise RELU6 = unary("relu6", X.max(0).min(6));
    public static final Elementwise LEAKY_RELU = unary("leaky_relu", X.le(0).where(X.mul(S), X));
    public static final Elementwise ELU = unary("elu", X.le(0).where(X.expm1().mul(S), X));
    public static final Elementwise SELU =
            unary("selu", X.le(0).where(X.expm1().mul(SELU_ALPHA), X).mul(SELU_SCALE));
    public static final Elementwise CELU =
            unary("celu", X.le(0).where(X.div(S).expm1().mul(S), X));
    /// `x * Phi(x)`: Hendrycks and Gimpel, "Gaussian error linear units" (2016).
    public static final Elementwise GELU =
            unary("gelu", X.mul(0.5).mul(X.mul(1 / Math.sqrt(2)).erf().add(1)));
    /// The tanh approximation of the same paper.
    public static final Elementwise GELU_TANH = unary(
            "gelu_tanh",
            X.mul(0.5)
                    .mul(X.add(X.mul(X).mul(X).mul(0.044715))
                            .mul(Math.sqrt(2 / Math.PI))
                            .tanh()
                            .add(1)));
    /// `x * sigmoid(x)`, also called swish.
    public static final Elementwise SILU = unary("silu", X.mul(X.sigmoid()));
    /// `x * tanh(softplus(x))`: Misra (2019).
    public static final Elementwise MISH = unary("mish", X.mul(X.softplus().tanh()));
    public static final Elementwise SOFTPLUS = unary("softplus", X.softplus(), DY.mul(X.sigmoid()));
    public static final Elementwise SOFTSIGN = unary("softsign", X.div(X.abs().add(1)));
    /// `clamp(x / 6 + 1 / 2, 0, 1)`.
    public static final Elementwise HARD_SIGMOID =
            unary("hard_sigmoid", X.div(6).add(0.5).max(0).min(1));
    public static final Elementwise HARD_SWISH =
            unary("hard_swish", X.mul(X.div(6).add(0.5).max(0).min(1)));

    /// Functions that the library offers by name; tests walk this list.
    public static final List<Elementwise> ALL = List.of(
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
            NE,
            PRELU,
            WHERE,
            MUL_ADD,
            ADD_SCALAR,
            MUL_SCALAR,
            POW_SCALAR,
            SCALAR_SUB,
            DIV_SCALAR,
            SCALAR_DIV,
            MAX_SCALAR,
            MIN_SCALAR,
            LT_SCALAR,
            LE_SCALAR,
            GT_SCALAR,
            GE_SCALAR,
            EQ_SCALAR,
            NE_SCALAR,
            CLAMP,
            NEG,
            ABS,
            SIGN,
            EXP,
            LOG,
            LOG1P,
            EXPM1,
            SQRT,
            RSQRT,
            SQUARE,
            SIN,
            COS,
            TANH,
            ERF,
            FLOOR,
            CEIL,
            ROUND,
            SIGMOID,
            RELU,
            RELU6,
            LEAKY_RELU,
            ELU,
            SELU,
            CELU,
            GELU,
            GELU_TANH,
            SILU,
            MISH,
            SOFTPLUS,
            SOFTSIGN,
            HARD_SIGMOID,
            HARD_SWISH);

    private Functions() {}

    private static Elementwise unary(String name, Expr f) {
        return Elementwise.of(name, 1, f);
    }

    private static Elementwise unary(String name, Expr f, Expr gradient) {
        return Elementwise.of(name, 1, f, List.of(gradient));
    }

    private static Elementwise binary(String name, Expr f) {
        return Elementwise.of(name, 2, f);
    }
}
