package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.LaminaException;
import dev.lamina.OutOfDeviceMemoryException;
import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.backend.Backend;
import dev.lamina.kernels.GpuDriver;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.kernels.KernelException;
import dev.lamina.kernels.KernelText;
import dev.lamina.kernels.ProgramCache;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong says so: the op, the shapes, the driver's words, and what to do.
class FaultTest {
    private static final int RING = 1 << 16;
    private static final String ONE = "KERNEL one(GLOBAL float *x) { x[GLOBAL_ID] = 1.0f; }\n";

    @TempDir
    Path folder;

    private ClDevice device;
    private OpenClDriver driver;

    @BeforeEach
    void open() {
        device = Required.device();
        driver = new OpenClDriver(device, new ProgramCache(folder, "test"), RING);
    }

    @AfterEach
    void close() {
        if (driver != null) driver.close();
    }

    private static void assertSays(Throwable e, String... parts) {
        for (String part : parts)
            assertTrue(e.getMessage().contains(part), () -> "no '" + part + "' in: " + e.getMessage());
    }

    private float[] ones(OpenClDriver d) {
        Object m = d.allocate(32);
        d.launch(d.compile(new KernelText("one", ONE)), 1, 8, m);
        var out = new float[8];
        d.download(m, 0, MemorySegment.ofArray(out));
        d.free(m);
        return out;
    }

    @Test
    void aKernelThatDoesNotBuildShowsItsLogWithFileAndLine() {
        String text = "#line 1 \"broken.c\"\n\nKERNEL broken(GLOBAL float *x) { x[0] = nothing; }\n";
        var e = assertThrows(KernelException.class, () -> driver.compile(new KernelText("broken", text)));
        assertSays(e, "kernel broken does not build: CL_BUILD_PROGRAM_FAILURE", "broken.c:2", "'nothing'");
        assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1, 1, 1}, ones(driver));
    }

    @Test
    void anOpWhoseKernelDoesNotBuildIsNamedWithItsShapesAndDevice() {
        var breaking = new DriverProxy(driver) {
            @Override
            public Object compile(KernelText text) {
                return super.compile(new KernelText(text.entry(), "#define float nothing\n" + text.source()));
            }
        };
        Device.of("opencl:7", new KernelBackend(breaking)).with(() -> {
            Tensor x = Tensor.of(new float[] {1, 2, 3});
            var e = assertThrows(LaminaException.class, x::exp);
            assertSays(e, "exp [f32 [3]] failed on opencl:7: ", "does not build", "'nothing'");
        });
    }

    @Test
    void launchesThatTheDeviceCannotRunAreNamed() {
        Object one = driver.compile(new KernelText("one", ONE));
        Object m = driver.allocate(32);
        var noSuch = assertThrows(KernelException.class, () -> driver.compile(new KernelText("two", ONE)));
        assertSays(noSuch, "kernel two: CL_INVALID_KERNEL_NAME");
        var tooMany = assertThrows(KernelException.class, () -> driver.launch(one, 1, 1 << 20, m));
        assertSays(tooMany, "one: a group of 1048576 items");
        var extra = assertThrows(KernelException.class, () -> driver.launch(one, 1, 8, m, 5));
        assertSays(extra, "argument 1 of one (5): CL_INVALID_ARG_INDEX");
        var wrong = assertThrows(KernelException.class, () -> driver.launch(one, 1, 8, "text"));
        assertSays(wrong, "one: argument 0 is a class java.lang.String");
        driver.free(m);
    }

    @Test
    void localMemoryOverWhatGpusHaveIsRefusedEverywhere() {
        String text = """
                KERNEL greedy(GLOBAL float *x) {
                    SHARED float s[12289];
                    for (int i = LOCAL_ID; i < 12289; i += LOCAL_SIZE) s[i] = x[0];
                    SYNC;
                    x[GLOBAL_ID] = s[12288 - LOCAL_ID];
                }
                """;
        var e = assertThrows(KernelException.class, () -> driver.compile(new KernelText("greedy", text)));
        assertSays(e, "greedy needs", "bytes of local memory, over the limit of 49152");
    }

    @Test
    void aBufferOverTheLargestSaysSo() {
        var e = assertThrows(Backend.OutOfMemory.class, () -> driver.allocate(device.largest() + 1));
        assertSays(e, (device.largest() + 1) + " bytes", "CL_DEVICE_MAX_MEM_ALLOC_SIZE");
        var d = Device.of("opencl:0", new KernelBackend(driver));
        var full = assertThrows(OutOfDeviceMemoryException.class, () -> d.with(() -> Tensor.zeros(1 << 20, 1 << 20)));
        assertSays(
                full, "out of memory on opencl:0: requested", "f32 [1048576, 1048576]", "CL_DEVICE_MAX_MEM_ALLOC_SIZE");
    }

    @Test
    void aDeviceThatIsFullEmptiesItsPoolAndThenSaysWhatIsLive() {
        var d = Device.of("opencl:0", new KernelBackend(full(1 << 20)));
        d.with(() -> {
            float[] quarter = new float[1 << 16];
            for (int i = 0; i < 20; i++)
                assertEquals(0, Scope.call(() -> Tensor.of(quarter)).at(5).item());
            Tensor a = Tensor.of(quarter);
            Tensor b = Tensor.of(quarter);
            var e = assertThrows(OutOfDeviceMemoryException.class, () -> Tensor.of(new float[1 << 18]));
            assertSays(e, "requested 1048576 bytes for f32 [262144]", "(the test's device is full)", "Largest tensors");
            assertEquals(2, d.memory().liveBuffers(), a + " " + b);
        });
    }

    /// A driver over which at most `bytes` can be allocated at once.
    private GpuDriver full(long bytes) {
        return new DriverProxy(driver) {
            private final Map<Object, Long> live = new IdentityHashMap<>();

            @Override
            public Object allocate(long n) {
                if (live.values().stream().mapToLong(v -> v).sum() + n > bytes)
                    throw new Backend.OutOfMemory("the test's device is full", null);
                Object m = super.allocate(n);
                live.put(m, n);
                return m;
            }

            @Override
            public void free(Object m) {
                live.remove(m);
                super.free(m);
            }
        };
    }

    @Test
    void memoryThatIsShortOnlyAtTheLaunchIsMadeAndTheOpRunsAgain() {
        int[] failures = {1};
        var late = new DriverProxy(driver) {
            @Override
            public void launch(Object kernel, int groups, int groupSize, Object... args) {
                if (failures[0]-- > 0) throw new Backend.OutOfMemory("launch: CL_MEM_OBJECT_ALLOCATION_FAILURE", null);
                super.launch(kernel, groups, groupSize, args);
            }
        };
        Device.of("opencl:0", new KernelBackend(late)).with(() -> {
            Tensor x = Tensor.of(new float[] {1, 4, 9});
            assertArrayEquals(new float[] {1, 2, 3}, x.sqrt().toFloats());
            failures[0] = 3;
            var e = assertThrows(OutOfDeviceMemoryException.class, x::sqrt);
            assertSays(e, "while running sqrt [f32 [3]]", "CL_MEM_OBJECT_ALLOCATION_FAILURE");
            assertEquals(0, failures[0], "launches that were not tried");
            assertArrayEquals(new float[] {1, 2, 3}, x.sqrt().toFloats());
        });
    }

    @Test
    void withoutDoublePrecisionOpsOnF64FailPlainly() {
        var single = new DriverProxy(driver) {
            @Override
            public Limits limits() {
                var l = super.limits();
                return new Limits(l.groupSize(), l.localBytes(), l.units(), l.cpu(), false);
            }
        };
        Device.of("opencl:0", new KernelBackend(single)).with(() -> {
            Tensor x = Tensor.of(new double[] {1, 2});
            var e = assertThrows(LaminaException.class, () -> x.add(x));
            assertSays(e, "add [f64 [2], f64 [2]] failed on opencl:0", "no double precision (fp64)", "f32");
            assertThrows(LaminaException.class, () -> x.cast(DType.F32));
            assertArrayEquals(new double[] {1, 2}, x.toDoubles());
            assertArrayEquals(new float[] {2}, Tensor.of(new float[] {1}).mul(2).toFloats());
        });
    }

    @Test
    void aDamagedOrForeignProgramFileIsReplaced() throws Exception {
        var cache = new ProgramCache(folder, "test");
        try (var first = new OpenClDriver(device, cache, RING)) {
            assertEquals(1, ones(first)[0]);
        }
        String text = OpenClDriver.source(new KernelText("one", ONE));
        byte[] sound = cache.get(text).orElseThrow();
        for (byte[] bad : List.of(new byte[0], new byte[100], "no program at all".getBytes())) {
            Files.write(cache.file(text), bad);
            try (var again = new OpenClDriver(device, new ProgramCache(folder, "test"), RING)) {
                assertEquals(1, ones(again)[7]);
            }
            assertTrue(cache.get(text).isPresent());
        }
        // A sound file whose content the driver itself refuses.
        cache.put(text, new byte[sound.length]);
        try (var again = new OpenClDriver(device, new ProgramCache(folder, "test"), RING)) {
            assertEquals(1, ones(again)[7]);
        }
        assertTrue(cache.get(text).orElseThrow()[0] != 0);
    }

    @Test
    void aFolderThatCannotBeWrittenCostsTimeOnly() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        try (var d = new OpenClDriver(device, new ProgramCache(file, "test"), RING)) {
            assertEquals(1, ones(d)[3]);
        }
    }
}
