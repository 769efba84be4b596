package dev.lamina.cpu;

import dev.lamina.backend.Backend;
import dev.lamina.backend.BackendProvider;
import dev.lamina.backend.DeviceStatus;
import java.util.List;

/// The CPU as a device: always there, the same for every process.
public final class CpuProvider implements BackendProvider {
    @Override
    public String id() {
        return "cpu";
    }

    @Override
    public List<DeviceStatus> probe() {
        String name = System.getProperty("os.arch") + ", " + Workers.shared().threads() + " threads, "
                + (Simd.best().getClass().getSimpleName());
        return List.of(new DeviceStatus(
                id(), name, DeviceStatus.Kind.CPU, Runtime.getRuntime().maxMemory(), null));
    }

    @Override
    public Backend open(int index) {
        return new CpuBackend(Simd.best(), Workers.shared());
    }
}
