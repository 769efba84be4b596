package dev.lamina.testing;

import dev.lamina.Device;

/// The device that defines what is right.
public final class Reference {
    private Reference() {}

    /// A fresh device over a `ReferenceBackend`, with memory and statistics of its own.
    public static Device device() {
        return Device.of("reference", new ReferenceBackend());
    }
}
