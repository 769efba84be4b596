package dev.lamina.op;

import dev.lamina.Tensor;
import java.util.List;

/// An op with a meaning in other ops. A backend may offer a faster kernel (`Backend.accelerates`), which is
/// tested against this meaning; otherwise core runs the meaning itself.
public sealed interface Composite extends Kernel
        permits Affine,
                Attention,
                AttentionGradient,
                BatchNorm,
                BatchNormGradient,
                LogSoftmax,
                Normalize,
                NormalizeGradient,
                Recurrence,
                Softmax,
                SoftmaxCrossEntropy,
                SoftmaxCrossEntropyGradient {
    /// The outputs, computed from the inputs by other ops.
    List<Tensor> lower(List<Tensor> in);
}
