/// The CUDA backend: a driver for the shared kernels. It depends on JCuda and, at run time, on an NVIDIA driver
/// and the CUDA 12 libraries.
package dev.lamina.cuda;
