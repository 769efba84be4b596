#pragma once
#include "machine.h"

namespace cudasim {

/// The loop of `ld`, `st` for a space (g, s, l, x for generic, c const, p param), a number of elements of `bytes`.
/// Code: a = address register, v = the elements, offset = to add.
Run loadOrStore(bool store, char space, int bytes);

/// `atom` or `red` with an operation such as `add.f32` on a space: d the old value, a the address, b (and c) values.
Run atomic(const std::string &operation, const std::string &type, char space);

/// cp.async.ca or .cg: d = shared address, a = global address, b = bytes that are read (or 0), offset = bytes copied.
Run asyncCopy();
Run asyncCommit();
/// offset = groups that may stay unfinished, -1 for none at all.
Run asyncWait();

}  // namespace cudasim
