package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.kernels.KernelText;
import dev.lamina.kernels.ProgramCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The driver on its own: copies, order, threads, lifetimes.
class OpenClDriverTest {
    /// So small that the copies below go around the ring several times.
    private static final int RING = 4096;

    private static final String ADD = """
            KERNEL add(GLOBAL float *x, int n, float v) {
                for (int i = GLOBAL_ID; i < n; i += GLOBAL_SIZE) x[i] += v;
            }
            """;

    /// About a millisecond for each thousand rounds, so that work is still queued when the host goes on.
    private static final String SLOW = """
            KERNEL slow(GLOBAL float *x, int rounds) {
                float v = x[GLOBAL_ID];
                for (int i = 0; i < rounds; i++) v = v * 0.5f + 1.0f;
                x[GLOBAL_ID] = v;
            }
            """;

    @TempDir
    Path cache;

    private OpenClDriver driver;

    @BeforeEach
    void open() {
        driver = new OpenClDriver(Required.device(), new ProgramCache(cache, "test"), RING);
    }

    @AfterEach
    void close() {
        if (driver != null) driver.close();
    }

    private Object kernel(String text, String entry) {
        return driver.compile(new KernelText(entry, text));
    }

    private Object memory(float... values) {
        Object m = driver.allocate((long) values.length * Float.BYTES);
        driver.upload(MemorySegment.ofArray(values), m, 0);
        return m;
    }

    private float[] floats(Object memory, int n) {
        var out = new float[n];
        driver.download(memory, 0, MemorySegment.ofArray(out));
        return out;
    }

    @Test
    void copiesOfEverySizeArriveWhole() {
        for (int n : new int[] {1, 3, 255, 256, 257, 1023, 1024, 1025, 5000}) {
            var values = new float[n];
            for (int i = 0; i < n; i++) values[i] = i + n;
            Object m = memory(values);
            assertArrayEquals(values, floats(m, n), "of " + n);
            driver.free(m);
        }
    }

    @Test
    void copiesKeepToTheirOffset() {
        Object m = memory(0, 1, 2, 3, 4, 5, 6, 7);
        driver.upload(MemorySegment.ofArray(new float[] {9, 20, 30, 9}).asSlice(4, 8), m, 12);
        assertArrayEquals(new float[] {0, 1, 2, 20, 30, 5, 6, 7}, floats(m, 8));
        try (var arena = Arena.ofConfined()) {
            var to = arena.allocate(16);
            driver.download(m, 8, to.asSlice(4, 8));
            assertArrayEquals(new float[] {0, 2, 20, 0}, to.toArray(ValueLayout.JAVA_FLOAT));
        }
        driver.free(m);
    }

    @Test
    void theSourceOfAnUploadMayBeOverwrittenAtOnce() {
        Object add = kernel(ADD, "add");
        Object m = memory(new float[1000]);
        var source = new float[1000];
        for (int round = 1; round <= 100; round++) {
            Arrays.fill(source, round);
            driver.upload(MemorySegment.ofArray(source), m, 0);
            driver.launch(add, 2, 64, m, 1000, 0.5f);
            Arrays.fill(source, -1);
        }
        var expected = new float[1000];
        Arrays.fill(expected, 100.5f);
        assertArrayEquals(expected, floats(m, 1000));
        driver.free(m);
    }

    @Test
    void launchesReturnBeforeTheirWorkIsDone() {
        Object slow = kernel(SLOW, "slow");
        Object m = memory(new float[256]);
        driver.launch(slow, 4, 64, m, 10); // compiled, and the threads of the device awake
        driver.sync();
        long start = System.nanoTime();
        for (int i = 0; i < 4; i++) driver.launch(slow, 4, 64, m, 200_000);
        long queued = System.nanoTime() - start;
        driver.sync();
        long done = System.nanoTime() - start;
        assertTrue(queued * 2 < done, "queued after " + queued + " ns of " + done);
        assertEquals(2, floats(m, 1)[0], 1e-6);
        driver.free(m);
    }

    @Test
    void memoryFreedBehindQueuedWorkIsNotDisturbed() {
        Object slow = kernel(SLOW, "slow");
        Object add = kernel(ADD, "add");
        Object into =
                kernel("KERNEL into(GLOBAL float *s, GLOBAL const float *x) { s[GLOBAL_ID] += x[GLOBAL_ID]; }", "into");
        Object sum = memory(new float[64]);
        Object busy = memory(new float[256]);
        driver.launch(slow, 4, 64, busy, 200_000);
        for (int i = 0; i < 200; i++) {
            Object m = memory(new float[64]);
            driver.launch(add, 1, 64, m, 64, 1f);
            driver.launch(into, 1, 64, sum, m);
            driver.free(m);
        }
        driver.free(busy);
        assertEquals(200, floats(sum, 64)[63]);
        driver.free(sum);
    }

    @Test
    void oneKernelServesManyThreads() throws Exception {
        Object add = kernel(ADD, "add");
        try (var threads = Executors.newFixedThreadPool(6)) {
            var results = new ArrayList<Callable<float[]>>();
            for (int t = 0; t < 6; t++) {
                int n = 100 + t;
                float v = t + 1;
                results.add(() -> {
                    Object m = memory(new float[n]);
                    for (int i = 0; i < 200; i++) driver.launch(add, 1, 64, m, n, v);
                    float[] out = floats(m, n);
                    driver.free(m);
                    return out;
                });
            }
            int t = 0;
            for (var r : threads.invokeAll(results)) {
                var expected = new float[100 + t];
                Arrays.fill(expected, 200f * ++t);
                assertArrayEquals(expected, r.get());
            }
        }
    }
}
