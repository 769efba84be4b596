package dev.lamina.cuda;

import dev.lamina.kernels.GpuDriver;
import dev.lamina.kernels.KernelSet;
import dev.lamina.kernels.KernelText;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.List;

/// The limits that every CUDA device of the project has, and the kernels for them.
final class CudaLimits {
    private CudaLimits() {}

    /// Every kernel that is shipped, by entry.
    static List<KernelText> texts() {
        var driver = (GpuDriver) Proxy.newProxyInstance(
                GpuDriver.class.getClassLoader(), new Class<?>[] {GpuDriver.class}, (proxy, method, args) -> {
                    if (method.getName().equals("limits")) return new GpuDriver.Limits(1024, 48 * 1024, 1, false, true);
                    throw new UnsupportedOperationException(method.getName());
                });
        return KernelSet.of(driver).stream()
                .sorted(Comparator.comparing(KernelText::entry).thenComparing(KernelText::source))
                .toList();
    }
}
