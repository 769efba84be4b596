package dev.lamina.opencl;

import static dev.lamina.opencl.AgainstReference.window;
import static java.util.Map.entry;

import dev.lamina.DType;
import dev.lamina.Device;
import dev.lamina.LaminaException;
import dev.lamina.Scope;
import dev.lamina.Shape;
import dev.lamina.kernels.GpuDriver;
import dev.lamina.kernels.KernelBackend;
import dev.lamina.kernels.KernelText;
import dev.lamina.kernels.ProgramCache;
import dev.lamina.op.ArgReduce;
import dev.lamina.op.CumSum;
import dev.lamina.op.Normalize;
import dev.lamina.op.Permute;
import dev.lamina.op.Reduce;
import dev.lamina.op.Softmax;
import dev.lamina.testing.CaseSweep;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// What runs on oclgrind, in a JVM of its own: op cases, or kernels with a fault. Prints `> name` before each,
/// so that what oclgrind prints stands below the name of its cause.
final class OclgrindRun {
    static final String SOUND = "sound";
    static final String FILE_LINE = "> file ";

    private record Fault(String kernel, int groups, int groupSize) {}

    /// Each takes `x [10]`, which two groups of 8 must guard, and `i [10]`, where indices come twice.
    static final Map<String, Fault> KERNELS = Map.of(
            SOUND,
            new Fault("""
                    SHARED float s[8];
                    s[LOCAL_ID] = GLOBAL_ID < n ? x[GLOBAL_ID] : 0.0f;
                    SYNC;
                    if (GLOBAL_ID < n) x[GLOBAL_ID] = s[7 - LOCAL_ID];
                    """, 2, 8),
            "missing barrier",
            new Fault("""
                    SHARED float s[8];
                    s[LOCAL_ID] = GLOBAL_ID < n ? x[GLOBAL_ID] : 0.0f;
                    if (GLOBAL_ID < n) x[GLOBAL_ID] = s[7 - LOCAL_ID];
                    """, 2, 8),
            "divergent barrier",
            new Fault("if (LOCAL_ID < 4) SYNC; if (GLOBAL_ID < n) x[GLOBAL_ID] = 1.0f;", 2, 8),
            "unguarded edge",
            new Fault("x[GLOBAL_ID] = 1.0f;", 2, 8),
            "plain scatter",
            new Fault("if (GLOBAL_ID < n) x[i[GLOBAL_ID]] += 1.0f;", 2, 8));

    /// What only larger tensors reach: groups along long rows, sums in chunks, sorted picks, tiles and their
    /// edges.
    static final Map<String, Consumer<AgainstReference>> LARGER = Map.ofEntries(
            entry("sum of rows", d -> d.same(new Reduce(Reduce.Kind.SUM, List.of(1)), Shape.of(3, 70))),
            entry("sum in chunks", d -> d.same(new Reduce(Reduce.Kind.SUM, List.of(0)), Shape.of(5000))),
            entry("arg_max of rows", d -> d.same(new ArgReduce(true, 1), Shape.of(3, 150))),
            entry("cum_sum of rows", d -> d.same(new CumSum(1, false), Shape.of(2, 300))),
            entry("softmax of rows", d -> d.close(new Softmax(1), Shape.of(2, 200))),
            entry("normalize rows", d -> d.near(new Normalize(List.of(1), 1e-5), Shape.of(2, 200))),
            entry("normalize in chunks", d -> d.near(new Normalize(List.of(0), 1e-5), Shape.of(2500, 2))),
            entry("scatter_add of many", d -> d.scatter(300, 7, 3)),
            entry("matmul", d -> d.matmul(false, false, DType.F32, 67, 70, 33)),
            entry("matmul of few rows", d -> d.matmul(true, true, DType.F32, 5, 130, 20)),
            entry("matmul in slices", d -> d.matmul(false, true, DType.F32, 4, 5, 2100)),
            entry("convolution", d -> d.convolution(window(3, 3, 1, 1, 1, 1, 1, 1, 1), 1, 2, 9, 7, 6, 10)),
            entry("transpose", d -> d.same(new Permute(List.of(1, 0)), Shape.of(35, 37))));

    private OclgrindRun() {}

    /// Prints the file of each kernel that is compiled, `> file gemm.c`; poses as a processor or as a GPU, for
    /// which other tiles and groups are chosen.
    private static final class Naming extends DriverProxy {
        private static final Pattern FILE = Pattern.compile("#line 1 \"([^\"]+)\"");
        private final Set<String> named = ConcurrentHashMap.newKeySet();

        private final boolean cpu;

        Naming(GpuDriver driver, boolean cpu) {
            super(driver);
            this.cpu = cpu;
        }

        @Override
        public Limits limits() {
            var l = super.limits();
            return new Limits(l.groupSize(), l.localBytes(), l.units(), cpu, l.f64());
        }

        @Override
        public Object compile(KernelText text) {
            FILE.matcher(text.source())
                    .results()
                    .map(r -> r.group(1))
                    .filter(named::add)
                    .forEach(f -> System.out.println(FILE_LINE + f));
            return super.compile(text);
        }
    }

    /// @param args `kernels`, `cases` or `larger`, and names
    static void main(String[] args) {
        var found = OpenCl.found();
        if (found.devices().size() != 1 || !found.devices().getFirst().name().contains("Oclgrind"))
            throw new AssertionError("not oclgrind but " + found);
        // Never closed: JOCL unmaps with a thread of its own, and oclgrind's queues are for one thread.
        var driver = new OpenClDriver(found.devices().getFirst(), ProgramCache.none(), 1 << 16);
        var cpu = Device.of("oclgrind", new KernelBackend(new Naming(driver, true)));
        var gpu = Device.of("oclgrind as a GPU", new KernelBackend(new Naming(driver, false)));
        for (String name : List.of(args).subList(1, args.length)) {
            System.out.println("> " + name);
            switch (args[0]) {
                case "kernels" -> kernel(driver, name);
                case "cases" -> named(() -> CaseSweep.run(name, cpu));
                case "larger" -> {
                    named(() -> LARGER.get(name).accept(new AgainstReference(cpu)));
                    named(() -> LARGER.get(name).accept(new AgainstReference(gpu)));
                }
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
        System.out.println("> done");
    }

    private static void kernel(OpenClDriver driver, String name) {
        var fault = KERNELS.get(name);
        String text = "KERNEL k(GLOBAL float *x, GLOBAL const int *i, int n) {\n" + fault.kernel() + "\n}\n";
        Object x = driver.allocate(10 * Float.BYTES);
        Object i = driver.allocate(10 * Integer.BYTES);
        driver.upload(MemorySegment.ofArray(new float[10]), x, 0);
        driver.upload(MemorySegment.ofArray(new int[] {0, 1, 2, 3, 3, 2, 1, 0, 9, 9}), i, 0);
        driver.launch(driver.compile(new KernelText("k", text)), fault.groups(), fault.groupSize(), x, i, 10);
        driver.sync();
        driver.free(x);
        driver.free(i);
    }

    private static void named(Runnable test) {
        try {
            Scope.run(test);
        } catch (AssertionError | LaminaException e) {
            System.out.println(e.getMessage());
        }
    }
}
