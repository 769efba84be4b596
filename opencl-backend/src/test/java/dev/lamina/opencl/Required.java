package dev.lamina.opencl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;

/// Skips, with the reason, what this machine has no device for; `REQUIRE=opencl` turns the skip into a failure.
final class Required {
    private Required() {}

    static ClDevice device() {
        var found = OpenCl.found();
        available(found.problem() == null, found.problem());
        return found.devices().getFirst();
    }

    static void available(boolean there, String problem) {
        String required = System.getenv().getOrDefault("REQUIRE", "");
        if (!there && List.of(required.split(",")).contains("opencl"))
            throw new AssertionError("REQUIRE=" + required + ", but: " + problem);
        assumeTrue(there, "no OpenCL: " + problem);
    }
}
