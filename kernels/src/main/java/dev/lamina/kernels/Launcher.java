package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Precision;
import dev.lamina.backend.Backend.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Compiles each program once and launches it: what the op families share.
final class Launcher {
    /// Items of a group for kernels that do not use local memory.
    static final int GROUP = 128;

    private static final int GROUPS_PER_UNIT = 32;
    private static final int MOST_ITEMS = 1024;
    private static final int MOST_LOCAL = 48 * 1024;

    private final GpuDriver driver;
    private final Map<Program, Object> compiled = new ConcurrentHashMap<>();

    Launcher(GpuDriver driver) {
        this.driver = driver;
    }

    GpuDriver driver() {
        return driver;
    }

    /// Kernels compiled so far.
    int variants() {
        return compiled.size();
    }

    /// One work item per element; the kernel's loop takes the rest of a very large tensor.
    void overElements(Program program, long elements, Object... args) {
        int items = Math.toIntExact(Math.min(elements, Integer.MAX_VALUE / 2));
        int most = driver.limits().units() * GROUPS_PER_UNIT;
        groups(program, Math.max(1, Math.min(most, (items + GROUP - 1) / GROUP)), GROUP, 0, args);
    }

    /// A chosen grid; `localBytes` is what the kernel declares.
    void groups(Program program, int groups, int size, int localBytes, Object... args) {
        var limits = driver.limits();
        if (size > groupSize(limits) || localBytes > localBytes(limits))
            throw new KernelException(program.entry() + ": a group of " + size + " items and " + localBytes
                    + " bytes of local memory is over the device's limits " + limits);
        Object kernel = compiled.computeIfAbsent(program, this::compile);
        driver.launch(kernel, groups, size, args);
        var profile = Profile.current();
        if (profile != null) profile.launched(args);
    }

    private Object compile(Program program) {
        return switch (program) {
            case KernelText t -> driver.compile(t);
            case MapProgram m -> driver.compile(m);
        };
    }

    /// Tiles for a product of this size on this device and in this scope's precision: within its limits, small
    /// where the product is.
    Tiling fit(Tiles tiles, DType type, int rows, int columns, int products) {
        var limits = driver.limits();
        if (MmaTiles.serve(driver, type, rows, columns))
            return MmaTiles.of(Precision.current(), rows, columns, products, limits.units());
        Tiles t = tiles.within(type.bytes(), localBytes(limits), groupSize(limits));
        // Each variant costs a processor's compiler a second, and its groups are few anyway.
        return limits.cpu() || type != DType.F32 ? t : t.fitted(rows, columns, products, limits.units());
    }

    /// All that `fit` can answer on a GPU.
    List<Tiling> tilings(Tiles tiles, DType type) {
        var limits = driver.limits();
        var all = new ArrayList<Tiling>(tiles.within(type.bytes(), localBytes(limits), groupSize(limits))
                .family(type));
        if (type == DType.F32) all.addAll(MmaTiles.all());
        return all;
    }

    /// Runs `parts` into `y` at `yAt`, or, if a sum is cut into slices, into scratch memory that is then added
    /// up.
    ///
    /// @param finish what the sum of the slices still goes through, or null
    /// @param columns neighbours of the output that have biases of their own
    void summed(
            Scratch scratch,
            int slices,
            View y,
            int yAt,
            int n,
            Epilogue finish,
            int columns,
            ObjIntConsumer<Object> parts) {
        if (slices == 1) {
            parts.accept(y.memory(), yAt);
            return;
        }
        var text = Epilogue.slices(Epilogue.function(finish), y.dtype());
        var biases = Epilogue.arguments(finish);
        scratch.lend((long) slices * n * y.dtype().bytes(), part -> {
            parts.accept(part, 0);
            var args = new ArrayList<Object>(List.of(part, y.memory(), yAt, n, slices, columns));
            args.addAll(biases);
            overElements(text, n, args.toArray());
        });
    }

    /// Memory objects, then numbers, then what an epilogue takes.
    static Object[] arguments(Object[] memory, IntStream numbers, Epilogue epilogue) {
        return Stream.concat(Arrays.stream(arguments(memory, numbers)), Epilogue.arguments(epilogue).stream())
                .toArray();
    }

    /// Memory objects, then numbers.
    static Object[] arguments(Object[] memory, IntStream numbers) {
        return Stream.concat(Arrays.stream(memory), numbers.boxed()).toArray();
    }

    /// Most items of a group: the device's limit or the project's.
    static int groupSize(GpuDriver.Limits limits) {
        return Math.min(MOST_ITEMS, limits.groupSize());
    }

    /// Most local memory of a group: the device's limit or the project's.
    static int localBytes(GpuDriver.Limits limits) {
        return Math.min(MOST_LOCAL, limits.localBytes());
    }

    /// The C name of a type.
    static String c(DType t) {
        return switch (t) {
            case F32 -> "float";
            case F64 -> "double";
            case I32 -> "int";
            case U8 -> "u8";
        };
    }

    static int at(View v) {
        return Math.toIntExact(v.offset());
    }

    static int size(View v) {
        return Math.toIntExact(v.shape().size());
    }
}
