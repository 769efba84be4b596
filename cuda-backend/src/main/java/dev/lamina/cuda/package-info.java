/// Where the driver of NVIDIA GPUs for the shared kernels will live, and the JCuda dependencies that it will
/// use. It has no code yet, so `lamina doctor` lists no CUDA device.
package dev.lamina.cuda;
