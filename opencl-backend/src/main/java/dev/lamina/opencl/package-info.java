/// The OpenCL backend: a driver for the shared kernels. It depends on JOCL and, at run time, on an OpenCL
/// loader and device.
package dev.lamina.opencl;
