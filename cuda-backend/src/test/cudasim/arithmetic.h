#pragma once
#include "machine.h"

namespace cudasim {

/// The loop for an arithmetic instruction such as `add.f32`, or null if there is none of this name.
Run arithmetic(const std::string &name);

}  // namespace cudasim
