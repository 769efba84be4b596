package dev.lamina.kernels;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A driver that computes nothing and remembers what it was asked to launch.
final class FakeDriver implements GpuDriver {
    /// One launch.
    record Launch(String entry, int groups, int groupSize) {}

    final List<Launch> launches = new ArrayList<>();
    final List<KernelText> texts = new ArrayList<>();
    int live;
    private final Limits limits;

    FakeDriver() {
        this(1024, 16);
    }

    FakeDriver(int groupSize, int units) {
        this(groupSize, 48 * 1024, units);
    }

    FakeDriver(int groupSize, int localBytes, int units) {
        limits = new Limits(groupSize, localBytes, units, false, true);
    }

    @Override
    public String name() {
        return "fake\n1.0";
    }

    @Override
    public Limits limits() {
        return limits;
    }

    @Override
    public Object allocate(long bytes) {
        live++;
        return new Object();
    }

    @Override
    public void free(Object memory) {
        live--;
    }

    @Override
    public void upload(MemorySegment from, Object to, long offset) {}

    @Override
    public void download(Object from, long offset, MemorySegment to) {}

    @Override
    public Object compile(KernelText text) {
        texts.add(text);
        return text.entry();
    }

    @Override
    public Object compile(MapProgram program) {
        return program.entry();
    }

    @Override
    public boolean tensorCores() {
        return true;
    }

    @Override
    public void launch(Object kernel, int groups, int groupSize, Object... args) {
        launches.add(new Launch((String) kernel, groups, groupSize));
    }

    @Override
    public void sync() {}

    @Override
    public void close() {}
}
