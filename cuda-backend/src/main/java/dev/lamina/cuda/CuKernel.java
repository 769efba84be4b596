package dev.lamina.cuda;

import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadData;

import dev.lamina.kernels.KernelException;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;

/// A kernel that the driver assembled from PTX.
record CuKernel(String entry, CUmodule module, CUfunction function) {
    /// @throws KernelException if the driver does not take the text
    static CuKernel of(String entry, String ptx) {
        var module = new CUmodule();
        CuErrors.check(cuModuleLoadData(module, ptx), "the PTX of kernel " + entry);
        var function = new CUfunction();
        CuErrors.check(cuModuleGetFunction(function, module, entry), "kernel " + entry);
        return new CuKernel(entry, module, function);
    }

    void launch(CUstream stream, int groups, int groupSize, Object... args) {
        CuErrors.check(
                cuLaunchKernel(function, groups, 1, 1, groupSize, 1, 1, 0, stream, parameters(args), null),
                "launch of " + entry + " with " + groups + " groups of " + groupSize);
    }

    /// A pointer to the pointers to the arguments.
    Pointer parameters(Object[] args) {
        var pointers = new NativePointerObject[args.length];
        for (int i = 0; i < args.length; i++) pointers[i] = parameter(args[i]);
        return Pointer.to(pointers);
    }

    private Pointer parameter(Object arg) {
        return switch (arg) {
            case CUdeviceptr p -> Pointer.to(p);
            case Integer v -> Pointer.to(new int[] {v});
            case Float v -> Pointer.to(new float[] {v});
            case Double v -> Pointer.to(new double[] {v});
            default -> throw new KernelException(entry + ": an argument is a " + arg.getClass());
        };
    }
}
