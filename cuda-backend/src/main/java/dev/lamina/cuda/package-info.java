/// The driver of NVIDIA GPUs for the shared kernels, on JCuda: it needs NVIDIA's driver, and uses cuBLAS and
/// NVRTC of CUDA 12 where they are found.
package dev.lamina.cuda;
