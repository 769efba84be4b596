package dev.lamina.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DoctorTest {
    @Test
    void everyDeviceHasALineAndTheUnusableOnesAReason() {
        Cli run = Cli.run("doctor");
        assertEquals(0, run.exit(), run.err());
        for (var s : Device.list()) {
            assertTrue(run.out().lines().anyMatch(l -> l.strip().startsWith(s.id() + " ")), run.out());
            if (!s.usable()) assertTrue(run.out().contains(s.problem()), run.out());
        }
        assertTrue(run.out().contains("jdk.incubator.vector is there"), run.out());
    }

    @Test
    void jsonSaysTheSame() throws Exception {
        Cli run = Cli.run("doctor", "--json");
        assertEquals(1, run.out().lines().count());
        var devices = (List<?>) run.json().get("devices");
        assertEquals(Device.list().size(), devices.size());
        var cpu = (Map<?, ?>) devices.stream().filter(d -> ((Map<?, ?>) d).get("id").equals("cpu")).findFirst().orElseThrow();
        assertEquals(true, cpu.get("usable"));
        assertNotNull(run.json().get("best"));
        assertEquals(Runtime.getRuntime().availableProcessors(), run.number("processors"));
    }
}
