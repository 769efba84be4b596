package dev.lamina.opencl;

import dev.lamina.testing.Require;

/// The device that these tests run on.
final class Required {
    private Required() {}

    /// The first usable device; skips the test with the reason, or fails it if `REQUIRE` names opencl.
    static ClDevice device() {
        var found = OpenCl.found();
        Require.backend("opencl", found.problem() == null, found.problem());
        return found.devices().getFirst();
    }
}
