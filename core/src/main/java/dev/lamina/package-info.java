/// Tensors, operations, gradients, layers and training, with no native code and no dependency: a backend on the
/// class path does the computing.
package dev.lamina;
