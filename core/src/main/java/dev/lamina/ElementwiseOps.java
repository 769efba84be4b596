package dev.lamina;

import dev.lamina.op.Cast;
import dev.lamina.op.Dropout;
import dev.lamina.op.Elementwise;
import dev.lamina.op.Functions;
import dev.lamina.op.Pointwise;
import java.util.List;

/// Ops that treat each element alone; two tensors broadcast. Comparisons give 1 and 0 in the type of the
/// inputs. What each function computes stands in `Functions`.
public sealed interface ElementwiseOps permits Tensor {
    private Tensor map(Elementwise f) {
        return new Pointwise(f).on((Tensor) this);
    }

    private Tensor map(Elementwise f, Tensor o) {
        return new Pointwise(f).on((Tensor) this, o);
    }

    private Tensor map(Elementwise f, Double... scalars) {
        return new Pointwise(f, List.of(scalars)).on((Tensor) this);
    }

    default Tensor add(Tensor o) {
        return map(Functions.ADD, o);
    }

    default Tensor add(double value) {
        return map(Functions.ADD_SCALAR, value);
    }

    default Tensor sub(Tensor o) {
        return map(Functions.SUB, o);
    }

    default Tensor sub(double value) {
        return map(Functions.ADD_SCALAR, -value);
    }

    default Tensor mul(Tensor o) {
        return map(Functions.MUL, o);
    }

    default Tensor mul(double value) {
        return map(Functions.MUL_SCALAR, value);
    }

    default Tensor div(Tensor o) {
        return map(Functions.DIV, o);
    }

    default Tensor div(double value) {
        return map(Functions.DIV_SCALAR, value);
    }

    default Tensor pow(Tensor o) {
        return map(Functions.POW, o);
    }

    default Tensor pow(double value) {
        return map(Functions.POW_SCALAR, value);
    }

    /// The larger of each pair; NaN if either is NaN.
    default Tensor maximum(Tensor o) {
        return map(Functions.MAX, o);
    }

    default Tensor maximum(double value) {
        return map(Functions.MAX_SCALAR, value);
    }

    /// The smaller of each pair; NaN if either is NaN.
    default Tensor minimum(Tensor o) {
        return map(Functions.MIN, o);
    }

    default Tensor minimum(double value) {
        return map(Functions.MIN_SCALAR, value);
    }

    default Tensor lt(Tensor o) {
        return map(Functions.LT, o);
    }

    default Tensor lt(double value) {
        return map(Functions.LT_SCALAR, value);
    }

    default Tensor le(Tensor o) {
        return map(Functions.LE, o);
    }

    default Tensor le(double value) {
        return map(Functions.LE_SCALAR, value);
    }

    default Tensor gt(Tensor o) {
        return map(Functions.GT, o);
    }

    default Tensor gt(double value) {
        return map(Functions.GT_SCALAR, value);
    }

    default Tensor ge(Tensor o) {
        return map(Functions.GE, o);
    }

    default Tensor ge(double value) {
        return map(Functions.GE_SCALAR, value);
    }

    default Tensor eq(Tensor o) {
        return map(Functions.EQ, o);
    }

    default Tensor eq(double value) {
        return map(Functions.EQ_SCALAR, value);
    }

    default Tensor ne(Tensor o) {
        return map(Functions.NE, o);
    }

    default Tensor ne(double value) {
        return map(Functions.NE_SCALAR, value);
    }

    /// `value - x`.
    default Tensor rsub(double value) {
        return map(Functions.SCALAR_SUB, value);
    }

    /// `value / x`.
    default Tensor rdiv(double value) {
        return map(Functions.SCALAR_DIV, value);
    }

    default Tensor neg() {
        return map(Functions.NEG);
    }

    default Tensor abs() {
        return map(Functions.ABS);
    }

    /// -1, 0 or 1.
    default Tensor sign() {
        return map(Functions.SIGN);
    }

    default Tensor exp() {
        return map(Functions.EXP);
    }

    default Tensor log() {
        return map(Functions.LOG);
    }

    default Tensor log1p() {
        return map(Functions.LOG1P);
    }

    default Tensor expm1() {
        return map(Functions.EXPM1);
    }

    default Tensor sqrt() {
        return map(Functions.SQRT);
    }

    /// `1 / sqrt(x)`.
    default Tensor rsqrt() {
        return map(Functions.RSQRT);
    }

    default Tensor square() {
        return map(Functions.SQUARE);
    }

    default Tensor sin() {
        return map(Functions.SIN);
    }

    default Tensor cos() {
        return map(Functions.COS);
    }

    default Tensor tanh() {
        return map(Functions.TANH);
    }

    default Tensor erf() {
        return map(Functions.ERF);
    }

    default Tensor floor() {
        return map(Functions.FLOOR);
    }

    default Tensor ceil() {
        return map(Functions.CEIL);
    }

    /// To the nearest integer, half to even.
    default Tensor round() {
        return map(Functions.ROUND);
    }

    default Tensor sigmoid() {
        return map(Functions.SIGMOID);
    }

    default Tensor relu() {
        return map(Functions.RELU);
    }

    default Tensor relu6() {
        return map(Functions.RELU6);
    }

    default Tensor selu() {
        return map(Functions.SELU);
    }

    /// `x * Phi(x)`, by the error function.
    default Tensor gelu() {
        return map(Functions.GELU);
    }

    /// `x * sigmoid(x)`.
    default Tensor silu() {
        return map(Functions.SILU);
    }

    /// `x * tanh(softplus(x))`.
    default Tensor mish() {
        return map(Functions.MISH);
    }

    /// `log(1 + exp(x))`.
    default Tensor softplus() {
        return map(Functions.SOFTPLUS);
    }

    /// `x / (1 + |x|)`.
    default Tensor softsign() {
        return map(Functions.SOFTSIGN);
    }

    /// The tanh approximation of `gelu`.
    default Tensor geluTanh() {
        return map(Functions.GELU_TANH);
    }

    /// `clamp(x / 6 + 1 / 2, 0, 1)`.
    default Tensor hardSigmoid() {
        return map(Functions.HARD_SIGMOID);
    }

    /// `x * hardSigmoid(x)`.
    default Tensor hardSwish() {
        return map(Functions.HARD_SWISH);
    }

    /// x where positive, else `slope * x`.
    default Tensor leakyRelu(double slope) {
        return map(Functions.LEAKY_RELU, slope);
    }

    /// x where positive, else `alpha * (exp(x) - 1)`.
    default Tensor elu(double alpha) {
        return map(Functions.ELU, alpha);
    }

    /// x where positive, else `alpha * (exp(x / alpha) - 1)`.
    default Tensor celu(double alpha) {
        return map(Functions.CELU, alpha);
    }

    /// This where it is not below `low` nor above `high`, else the bound.
    default Tensor clamp(double low, double high) {
        return map(Functions.CLAMP, low, high);
    }

    /// `yes` where this is not 0, else `no`.
    default Tensor where(Tensor yes, Tensor no) {
        return new Pointwise(Functions.WHERE).on((Tensor) this, yes, no);
    }

    /// x where positive, else `weight * x`; `weight` broadcasts.
    default Tensor prelu(Tensor weight) {
        return map(Functions.PRELU, weight);
    }

    /// The same values in another element type; floating to integer truncates.
    default Tensor cast(DType to) {
        var x = (Tensor) this;
        return x.dtype() == to ? x : new Cast(to).on(x);
    }

    /// Each element zeroed with probability `p`, the others divided by 1 - p, whatever the mode.
    default Tensor dropout(double p, Rng rng) {
        var x = (Tensor) this;
        return new Dropout(p, rng.seed(), rng.reserve(x.shape().size())).on(x);
    }
}
