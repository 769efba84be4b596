// Registers to parts and back, and bit fields.
#pragma once
#include "machine.h"

namespace cudasim {

/// mov between one register and `c.c` parts of `c.offset` bytes each.
Run packing(bool apart);

/// bfi: the low bits of a into b.
Run fieldInsert(int bytes);

}  // namespace cudasim
