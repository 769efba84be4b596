/// Elementwise kernels as PTX, printed here, so that a user's own function needs no compiler.
package dev.lamina.kernels.ptx;
