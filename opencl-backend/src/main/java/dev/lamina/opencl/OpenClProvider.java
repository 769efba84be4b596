package dev.lamina.opencl;

import dev.lamina.backend.Backend;
import dev.lamina.backend.BackendProvider;
import dev.lamina.backend.DeviceStatus;
import dev.lamina.kernels.KernelBackend;
import java.util.List;
import java.util.stream.IntStream;

/// Every device of every OpenCL platform, numbered in the order in which the loader lists them.
public final class OpenClProvider implements BackendProvider {
    @Override
    public String id() {
        return "opencl";
    }

    @Override
    public List<DeviceStatus> probe() {
        var cl = OpenCl.found();
        if (cl.problem() != null)
            return List.of(new DeviceStatus(id(), "OpenCL", DeviceStatus.Kind.GPU, 0, cl.problem()));
        return IntStream.range(0, cl.devices().size())
                .mapToObj(i -> cl.devices().get(i).status(id() + ":" + i))
                .toList();
    }

    @Override
    public Backend open(int index) {
        return new KernelBackend(new OpenClDriver(OpenCl.found().devices().get(index)));
    }
}
