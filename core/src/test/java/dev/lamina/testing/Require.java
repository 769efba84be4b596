package dev.lamina.testing;

import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Says whether an absent backend is a failure or a skipped test: `REQUIRE=cpu,opencl`, as an environment
/// variable or a system property, lists those that must be there.
public final class Require {
    private Require() {}

    /// Goes on if the backend is available, skips the test with the printed reason if it is not, and fails if
    /// it is required.
    public static void backend(String id, boolean available, String reason) {
        if (available) return;
        if (required(id, System.getProperty("REQUIRE", System.getenv("REQUIRE"))))
            Assertions.fail(id + " is required (REQUIRE) but absent: " + reason);
        Assumptions.abort(id + " is absent: " + reason);
    }

    static boolean required(String id, String list) {
        return list != null && Arrays.asList(list.strip().split("\\s*,\\s*")).contains(id);
    }
}
