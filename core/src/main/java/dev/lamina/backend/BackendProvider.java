package dev.lamina.backend;

import java.util.List;

/// Entry of a backend module, found by `java.util.ServiceLoader`.
public interface BackendProvider {
    /// `cpu`, `opencl` or `cuda`: the part of a device id before the colon.
    String id();

    /// Every device of this backend, usable or not; an empty system gives one entry that says why. Never
    /// throws.
    List<DeviceStatus> probe();

    /// Opens device `index` of those that `probe` lists.
    Backend open(int index);
}
