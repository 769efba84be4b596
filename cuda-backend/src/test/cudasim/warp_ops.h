#pragma once
#include "machine.h"

namespace cudasim {

/// mma.sync m16n8k8 (tf32) or m16n8k16 (bf16, f16) with f32 sums. v of four following codes hold d, a, b, c.
Run mma(const std::string &type);
Run ldmatrix(int matrices, bool transposed);
/// shfl.sync up, down, bfly, idx: d, a = value, b = lane, c = clamp; v[0] = predicate or 0.
Run shuffle(const std::string &mode);
/// vote.sync all, any, ballot; d, a = predicate.
Run vote(const std::string &mode);

}  // namespace cudasim
