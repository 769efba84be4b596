package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.backend.Backend.View;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Compiles each kernel text once and launches it: what the op families share.
final class Launcher {
    /// Items of a group for kernels that do not use local memory.
    static final int GROUP = 128;

    private static final int GROUPS_PER_UNIT = 32;
    private static final int MOST_ITEMS = 1024;
    private static final int MOST_LOCAL = 48 * 1024;

    private final GpuDriver driver;
    private final Map<KernelText, Object> compiled = new ConcurrentHashMap<>();

    Launcher(GpuDriver driver) {
        this.driver = driver;
    }

    GpuDriver driver() {
        return driver;
    }

    /// Kernels compiled so far.
    int variants() {
        return compiled.size();
    }

    /// One work item per element; the kernel's loop takes the rest of a very large tensor.
    void overElements(KernelText text, long elements, Object... args) {
        int items = Math.toIntExact(Math.min(elements, Integer.MAX_VALUE / 2));
        int most = driver.limits().units() * GROUPS_PER_UNIT;
        groups(text, Math.max(1, Math.min(most, (items + GROUP - 1) / GROUP)), GROUP, 0, args);
    }

    /// A chosen grid; `localBytes` is what the kernel declares.
    void groups(KernelText text, int groups, int size, int localBytes, Object... args) {
        var limits = driver.limits();
        if (size > Math.min(MOST_ITEMS, limits.groupSize()) || localBytes > Math.min(MOST_LOCAL, limits.localBytes()))
            throw new KernelException(text.entry() + ": a group of " + size + " items and " + localBytes
                    + " bytes of local memory is over the device's limits " + limits);
        Object kernel = compiled.computeIfAbsent(text, t -> driver.compile(driver.prelude() + t.source(), t.entry()));
        driver.launch(kernel, groups, size, args);
    }

    /// The C name of a type.
    static String c(DType t) {
        return switch (t) {
            case F32 -> "float";
            case F64 -> "double";
            case I32 -> "int";
            case U8 -> "u8";
        };
    }

    static int at(View v) {
        return Math.toIntExact(v.offset());
    }

    static int size(View v) {
        return Math.toIntExact(v.shape().size());
    }
}
