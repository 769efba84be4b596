package dev.lamina;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The build's promises to the tests.
class TestJvmTest {
    @Test
    void runsOnJdk25OrNewer() {
        assertTrue(Runtime.version().feature() >= 25, () -> "tests run on JDK " + Runtime.version());
    }

    /// JCuda and JOCL unpack natives there under fixed names, so two test JVMs must not share it.
    @Test
    void temporaryFilesAreThisModulesOwn() {
        var tmp = Path.of(System.getProperty("java.io.tmpdir"));
        assertTrue(Files.isDirectory(tmp), tmp::toString);
        assertEquals(Path.of("target", "tmp"), Path.of("").toAbsolutePath().relativize(tmp));
    }
}
