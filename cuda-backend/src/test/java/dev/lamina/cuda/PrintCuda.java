package dev.lamina.cuda;

import dev.lamina.Device;
import dev.lamina.LaminaException;
import dev.lamina.Tensor;
import dev.lamina.backend.DeviceStatus;
import java.util.Arrays;

/// Prints what is found, then, of each device that is named, the result of a small sum or why there is none: run in a
/// JVM of its own.
final class PrintCuda {
    private PrintCuda() {}

    static void main(String[] devices) {
        for (DeviceStatus s : new CudaProvider().probe())
            System.out.println(s.id() + " | " + s.kind() + " | " + s.name() + " | " + s.problem());
        for (String id : devices) {
            try {
                float[] sums = Device.require(id)
                        .with(() -> Tensor.of(new float[] {1, 2}).add(10).toFloats());
                System.out.println(id + ": " + Arrays.toString(sums));
            } catch (LaminaException e) {
                System.out.println(id + ": " + e.getMessage());
            }
        }
    }
}
