package dev.lamina.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lamina.kernels.GpuDriver;
import dev.lamina.kernels.KernelText;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// One kernel for each word of the preludes: what the word means, on 3 groups of 8 items.
class PreludeTest {
    private static final int GROUPS = 3;
    private static final int SIZE = 8;
    private static final int N = GROUPS * SIZE;

    /// A body that writes `y[i]` for item `i`, and what it must write.
    private record Case(String helpers, String body, float[] expected) {}

    private static final Map<String, Case> CASES = cases();
    private static OpenClDriver driver;

    private static Map<String, Case> cases() {
        var c = new TreeMap<String, Case>();
        c.put("KERNEL", body("y[get] = 1.0f;", i -> 1));
        c.put(
                "DEVICE",
                new Case(
                        "DEVICE float twice(float v) { return 2.0f * v; }", "y[get] = twice(x[get]);", of(i -> 2 * i)));
        c.put("GLOBAL", body("GLOBAL const float *p = x + get; y[get] = *p;", i -> i));
        c.put("RESTRICT", body("y[get] = x[get] + 1.0f;", i -> i + 1));
        c.put("LOCAL_ID", body("y[get] = LOCAL_ID;", i -> i % SIZE));
        c.put("LOCAL_SIZE", body("y[get] = LOCAL_SIZE;", i -> SIZE));
        c.put("GROUP_ID", body("y[get] = GROUP_ID;", i -> i / SIZE));
        c.put("GROUPS", body("y[get] = GROUPS;", i -> GROUPS));
        c.put("GLOBAL_ID", body("y[GLOBAL_ID] = 2 * GLOBAL_ID;", i -> 2 * i));
        c.put("GLOBAL_SIZE", body("y[get] = GLOBAL_SIZE;", i -> N));
        c.put(
                "SHARED",
                body(
                        "SHARED float s[8]; s[LOCAL_ID] = x[get]; SYNC; y[get] = s[7 - LOCAL_ID];",
                        i -> i / SIZE * SIZE + 7 - i % SIZE));
        c.put(
                "LOCAL",
                new Case(
                        "DEVICE float last(LOCAL const float *s) { return s[7]; }",
                        "SHARED float s[8]; s[LOCAL_ID] = x[get]; SYNC; y[get] = last(s);",
                        of(i -> i / SIZE * SIZE + 7)));
        c.put("SYNC", body("""
                SHARED float s[8];
                s[LOCAL_ID] = x[get];
                SYNC;
                for (int h = 4; h > 0; h /= 2) {
                    if (LOCAL_ID < h) s[LOCAL_ID] += s[LOCAL_ID + h];
                    SYNC;
                }
                y[get] = s[0];
                """, i -> 8 * (i / SIZE * SIZE) + 28));
        // 1 + 2^-12 squared needs 25 bits: rounded before the subtraction, the last bit is lost.
        c.put("FMA", body("float a = 1.0f + 0.000244140625f * (x[get] + 1.0f); y[get] = FMA(a, a, -(a * a));", i -> {
            float a = 1 + 0.000244140625f * (i + 1);
            return Math.fma(a, a, -(a * a));
        }));
        c.put("MUL_HI", body("y[get] = (float)MUL_HI(0x80000000u, (uint)(4 * get));", i -> 2 * i));
        c.put(
                "LOAD4",
                body(
                        "float4 v = LOAD4(x + get / 4 * 4); y[get] = v.x + 10.0f * v.y + 100.0f * v.z + 1000.0f * v.w;",
                        i -> i / 4 * 4 * 1111 + 3210));
        c.put("STORE4", body("float4 v = LOAD4(x + get / 4 * 4); if (get % 4 == 0) STORE4(v, y + get);", i -> i));
        c.put("MAKE4", body("float4 v = MAKE4(1.0f, 2.0f, 3.0f, x[get]); y[get] = v.x + v.y + v.z + v.w;", i -> 6 + i));
        c.put("u8", body("u8 b = (u8)(250 + get); y[get] = b;", i -> (250 + i) & 0xFF));
        c.put("uint", body("uint b = 0u - 1u; y[get] = (float)(b >> 24) + get;", i -> 255 + i));
        c.put("INFINITY", body("y[get] = -INFINITY;", i -> Float.NEGATIVE_INFINITY));
        c.put("NAN", body("y[get] = NAN;", i -> Float.NaN));
        return c;
    }

    private interface Value {
        float at(int i);
    }

    private static Case body(String body, Value expected) {
        return new Case("", body, of(expected));
    }

    private static float[] of(Value v) {
        var f = new float[N];
        for (int i = 0; i < N; i++) f[i] = v.at(i);
        return f;
    }

    @BeforeAll
    static void open() {
        driver = new OpenClDriver(Required.device());
    }

    @AfterAll
    static void close() {
        if (driver != null) driver.close();
    }

    @TestFactory
    java.util.stream.Stream<DynamicTest> everyWord() {
        return CASES.entrySet().stream().map(c -> DynamicTest.dynamicTest(c.getKey(), () -> run(c.getValue())));
    }

    private static void run(Case c) {
        String text = c.helpers() + "\nKERNEL k(GLOBAL const float *RESTRICT x, GLOBAL float *RESTRICT y) {\n"
                + "int get = GLOBAL_ID;\n" + c.body() + "\n}\n";
        Object kernel = driver.compile(new KernelText("k", text));
        Object x = driver.allocate(N * Float.BYTES);
        Object y = driver.allocate(N * Float.BYTES);
        var input = new float[N];
        for (int i = 0; i < N; i++) input[i] = i;
        driver.upload(MemorySegment.ofArray(input), x, 0);
        driver.upload(MemorySegment.ofArray(new float[N]), y, 0);
        driver.launch(kernel, GROUPS, SIZE, x, y);
        var out = new float[N];
        driver.download(y, 0, MemorySegment.ofArray(out));
        driver.free(x);
        driver.free(y);
        assertArrayEquals(c.expected(), out);
    }

    @Test
    void eachWordIsInBothPreludesAndHasAKernelHere() {
        var opencl = words("prelude.opencl.h");
        var cuda = words("prelude.cuda.h");
        // OpenCL C has these of itself.
        opencl.addAll(Set.of("INFINITY", "NAN", "uint"));
        assertEquals(opencl, cuda);
        assertEquals(opencl, CASES.keySet());
    }

    private static Set<String> words(String prelude) {
        return Pattern.compile("(?m)^(?:#define (\\w+)|typedef [\\w ]+ (\\w+);)")
                .matcher(GpuDriver.preludeText(prelude))
                .results()
                .map(r -> r.group(1) != null ? r.group(1) : r.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
