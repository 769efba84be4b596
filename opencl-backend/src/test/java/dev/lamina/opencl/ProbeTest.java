package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.Device;
import dev.lamina.backend.DeviceStatus.Kind;
import dev.lamina.testing.Fork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A probe explains what there is and never throws, whatever is missing.
class ProbeTest {
    @TempDir
    Path folder;

    @Test
    void everyDeviceIsListedWithWhatMattersToItsUser() {
        Required.device();
        var statuses = new OpenClProvider().probe();
        assertEquals(OpenCl.found().devices().size(), statuses.size());
        for (int i = 0; i < statuses.size(); i++) {
            var s = statuses.get(i);
            assertEquals("opencl:" + i, s.id());
            assertTrue(s.name().matches(".+, driver .+ \\(.+\\), [0-9.]+ GiB, \\d+ compute units.*"), s.name());
            assertTrue(s.memory() > 0);
            assertTrue(s.usable(), s.problem());
            boolean processor = OpenCl.found().devices().get(i).limits().cpu();
            assertEquals(processor ? Kind.EMULATED : Kind.GPU, s.kind());
            assertTrue(Device.list().contains(s));
        }
    }

    @Test
    void withoutAPlatformTheStatusSaysWhatToInstall() throws Exception {
        Required.device();
        Path empty = Files.createDirectory(folder.resolve("vendors"));
        String out = new Fork(folder, Map.of("OCL_ICD_VENDORS", empty.toString()), List.of()).run(PrintDevices.class);
        assertTrue(out.contains("opencl | GPU | OpenCL | there is an OpenCL loader but no platform"), out);
        assertTrue(out.contains("install your GPU's OpenCL driver"), out);
    }

    @Test
    void withoutALoaderTheStatusSaysWhatToInstall() throws Exception {
        // The loader is searched for here first, and a file that is no library ends the search.
        for (String name : List.of("libOpenCL.so.1", "libOpenCL.so")) Files.writeString(folder.resolve(name), "broken");
        String out = new Fork(folder, Map.of("LD_LIBRARY_PATH", folder.toString()), List.of()).run(PrintDevices.class);
        assertTrue(out.contains("the OpenCL loader cannot be loaded"), out);
        assertTrue(out.contains("apt install ocl-icd-libopencl1"), out);
        assertFalse(out.contains("Exception in thread"), out);
    }

    @Test
    void versionsBefore12AreTooOld() {
        assertTrue(ClDevice.since12("OpenCL 1.2 CUDA"));
        assertTrue(ClDevice.since12("OpenCL 3.0 PoCL HSTR"));
        assertFalse(ClDevice.since12("OpenCL 1.1 ancient"));
        assertFalse(ClDevice.since12("OpenCL 1"));
        assertFalse(ClDevice.since12("GL 4.5"));
        assertFalse(ClDevice.since12(""));
    }
}
