package dev.lamina.cuda;

import dev.lamina.backend.Backend;
import dev.lamina.backend.BackendProvider;
import dev.lamina.backend.DeviceStatus;
import dev.lamina.kernels.KernelBackend;
import java.util.List;

/// Every device of the NVIDIA driver, by its number: `cuda:0`, `cuda:1`. It needs nothing but the driver.
public final class CudaProvider implements BackendProvider {
    @Override
    public String id() {
        return "cuda";
    }

    @Override
    public List<DeviceStatus> probe() {
        var cuda = Cuda.found();
        if (cuda.problem() != null)
            return List.of(new DeviceStatus(id(), "CUDA", DeviceStatus.Kind.GPU, 0, cuda.problem()));
        boolean simulated = cuda.devices().stream().allMatch(CudaDevice::simulated);
        String libraries = simulated ? "simulated" : Libraries.here().describe(System.getenv(Cublas.SWITCH));
        return cuda.devices().stream().map(d -> d.status(libraries)).toList();
    }

    @Override
    public Backend open(int index) {
        return new KernelBackend(new CudaDriver(Cuda.found().devices().get(index)));
    }
}
