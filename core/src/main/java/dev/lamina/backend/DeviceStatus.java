package dev.lamina.backend;

/// What a probe found out about one device, usable or not.
///
/// @param id `cpu`, `cuda:0`, `opencl:1`; for a backend without any device the bare backend id
/// @param name what the device calls itself, with what matters to a user (driver, memory, compute units)
/// @param kind what it is, for the choice of the best device
/// @param memory total bytes that tensors can use, 0 if unknown
/// @param problem null if the device is usable, otherwise the reason and what to do about it
public record DeviceStatus(String id, String name, Kind kind, long memory, String problem) {
    /// Kinds in the order in which `Device.best()` prefers them.
    public enum Kind {
        GPU,
        CPU,
        /// A device that emulates another, or an OpenCL device on the CPU: used only when asked for.
        EMULATED
    }

    public boolean usable() {
        return problem == null;
    }
}
