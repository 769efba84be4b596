package dev.lamina.opencl;

import dev.lamina.kernels.GpuDriver;
import dev.lamina.kernels.KernelText;
import java.lang.foreign.MemorySegment;

/// A driver that passes everything on, for tests that change one thing of it.
class DriverProxy implements GpuDriver {
    private final GpuDriver driver;

    DriverProxy(GpuDriver driver) {
        this.driver = driver;
    }

    @Override
    public String name() {
        return driver.name();
    }

    @Override
    public Limits limits() {
        return driver.limits();
    }

    @Override
    public Object allocate(long bytes) {
        return driver.allocate(bytes);
    }

    @Override
    public void free(Object memory) {
        driver.free(memory);
    }

    @Override
    public void upload(MemorySegment from, Object to, long offset) {
        driver.upload(from, to, offset);
    }

    @Override
    public void download(Object from, long offset, MemorySegment to) {
        driver.download(from, offset, to);
    }

    @Override
    public Object compile(KernelText text) {
        return driver.compile(text);
    }

    @Override
    public void launch(Object kernel, int groups, int groupSize, Object... args) {
        driver.launch(kernel, groups, groupSize, args);
    }

    @Override
    public void sync() {
        driver.sync();
    }

    @Override
    public void close() {
        driver.close();
    }
}
