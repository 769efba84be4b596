package dev.lamina.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.DType;
import dev.lamina.kernels.GpuDriver;
import dev.lamina.kernels.MapProgram;
import dev.lamina.kernels.Walk.Step;
import dev.lamina.kernels.ptx.MapPtx;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The printed kernels against what nvcc makes of the same programs in C, on the simulated driver: same
/// parameters, same elements, values that differ by no more than the functions' own errors.
class MapAgainstNvccTest {
    private static final double MOST_ULPS = 4;

    @TempDir
    private static Path folder;

    /// Of the programs, one in so many is compiled in an ordinary build, which takes seconds each; all of them with
    /// `-Dlamina.ptx=all`.
    private static final int EACH = "all".equals(System.getProperty("lamina.ptx")) ? 1 : 4;

    private static Path nvcc;
    private static RawDriver driver;

    @BeforeAll
    static void open() {
        Cudasim.device();
        var found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(d -> Path.of(d, "nvcc"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "no nvcc on the path to compile the same programs in C");
        nvcc = found.get();
        driver = new RawDriver();
    }

    @AfterAll
    static void close() {
        if (driver != null) driver.close();
    }

    /// One program of a function, of changing type and structure.
    @TestFactory
    Stream<DynamicTest> sameResults() {
        var one = new ArrayList<MapProgram>();
        Maps.all().forEach(p -> {
            int n = (int) one.stream().filter(q -> q.entry().equals(p.entry())).count();
            if (n == 0 || p.structure().rank() == 4) one.add(p);
        });
        one.removeIf(MapAgainstNvccTest::callsAFunction);
        return IntStream.range(0, one.size())
                .filter(i -> i % EACH == 0)
                .mapToObj(one::get)
                .map(p -> DynamicTest.dynamicTest(
                        p.entry() + " " + p.dtype() + " rank " + p.structure().rank(), () -> compare(p)));
    }

    /// The compiler makes pow of doubles a function, which the simulated driver does not call; its accuracy is
    /// tested with that of the others.
    private static boolean callsAFunction(MapProgram p) {
        return p.entry().contains("POW") && p.dtype() == DType.F64;
    }

    private static void compare(MapProgram p) throws Exception {
        var ours = arguments(p);
        var theirs = arguments(p);
        driver.run(MapPtx.of(p), p.entry(), ours);
        driver.run(compiled(p), p.entry(), theirs);
        for (int o = 0; o < p.f().outputs().size(); o++) same(theirs.get(2 * o), ours.get(2 * o), p.dtype());
    }

    private static void same(Object expected, Object got, DType t) {
        for (int i = 0; i < Array.getLength(expected); i++) {
            double e = ((Number) Array.get(expected, i)).doubleValue();
            double g = ((Number) Array.get(got, i)).doubleValue();
            if (!t.floating() || !Double.isFinite(e) || !Double.isFinite(g)) assertEquals(e, g, "element " + i);
            else {
                double error = Math.abs(g - e) / (t == DType.F32 ? Math.ulp((float) e) : Math.ulp(e));
                assertTrue(error <= MOST_ULPS, "element " + i + ": " + g + ", not " + e + ": off by " + error);
            }
        }
    }

    private static String compiled(MapProgram p) throws IOException, InterruptedException {
        Path c = folder.resolve("map.cu");
        Path ptx = folder.resolve("map.ptx");
        Files.writeString(c, GpuDriver.preludeText("prelude.cuda.h") + p.text().source());
        var process = new ProcessBuilder(
                        nvcc.toString(), "-ptx", "-arch=sm_75", "-fmad=false", "-o", ptx.toString(), c.toString())
                .redirectErrorStream(true)
                .start();
        String log = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), log);
        return Files.readString(ptx).replaceFirst("(?m)^\\.version .*", ".version 7.0");
    }

    private static int[] sizes(MapProgram p) {
        return switch (p.structure().rank()) {
            case 1 -> new int[] {131};
            case 2 -> new int[] {5, 12};
            default -> new int[] {2, 3, 4, 5};
        };
    }

    private static List<Object> arguments(MapProgram p) {
        var random = new Random(p.entry().hashCode());
        int[] sizes = sizes(p);
        int n = 1;
        for (int s : sizes) n *= s;
        var args = new ArrayList<>();
        for (int t = 0; t < p.structure().steps().size() + p.f().outputs().size() - 1; t++) {
            args.add(t < p.f().outputs().size() ? Array.newInstance(type(p.dtype()), n) : values(p.dtype(), n, random));
            args.add(0);
        }
        for (int s = 0; s < p.f().scalars(); s++)
            args.add(
                    switch (p.dtype()) {
                        case F32 -> 0.25f + s;
                        case F64 -> 0.25 + s;
                        case I32, U8 -> 3 + s;
                    });
        args.add(n);
        for (String name : p.structure().names("")) args.add(number(name, p, sizes));
        for (String name : p.structure().divisors()) args.add(number(name, p, sizes));
        return args;
    }

    /// Sizes, strides (inputs have theirs in the other order of axes), multipliers and shifts by their
    /// names.
    private static int number(String name, MapProgram p, int[] sizes) {
        int axis = Integer.parseInt(name.substring(name.indexOf('_') + 1).replaceAll("\\D", ""));
        int size = sizes[axis];
        int l = 32 - Integer.numberOfLeadingZeros(size - 1);
        return switch (name.charAt(0)) {
            case 'd' -> size;
            case 'h' -> l - 1;
            case 'm' ->
                BigInteger.TWO
                        .pow(31 + l)
                        .add(BigInteger.valueOf(size - 1))
                        .divide(BigInteger.valueOf(size))
                        .intValue();
            default -> stride(Integer.parseInt(name.substring(1, name.indexOf('_'))), axis, p, sizes);
        };
    }

    private static int stride(int tensor, int axis, MapProgram p, int[] sizes) {
        boolean shared = p.structure().steps().get(tensor).getLast() == Step.NONE;
        if (shared) return 1;
        int stride = 1;
        if (tensor == 0 || sizes.length == 2) for (int a = axis + 1; a < sizes.length; a++) stride *= sizes[a];
        else for (int a = 0; a < axis; a++) stride *= sizes[a];
        return stride;
    }

    private static Class<?> type(DType t) {
        return switch (t) {
            case F32 -> float.class;
            case F64 -> double.class;
            case I32 -> int.class;
            case U8 -> byte.class;
        };
    }

    private static Object values(DType t, int n, Random random) {
        Object array = Array.newInstance(type(t), n);
        for (int i = 0; i < n; i++) {
            double v = i == 7 ? Double.NaN : i == 8 ? Double.POSITIVE_INFINITY : 3 * random.nextGaussian();
            switch (t) {
                case F32 -> Array.setFloat(array, i, (float) v);
                case F64 -> Array.setDouble(array, i, v);
                case I32 -> Array.setInt(array, i, i % 11 == 0 ? 0 : random.nextInt());
                case U8 -> Array.setByte(array, i, (byte) random.nextInt());
            }
        }
        return array;
    }
}
