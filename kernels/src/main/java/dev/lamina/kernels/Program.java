package dev.lamina.kernels;

/// What a driver compiles to one kernel, and the key under which that kernel is kept.
sealed interface Program permits KernelText, MapProgram {
    /// The kernel's name.
    String entry();
}
