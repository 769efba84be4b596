package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Precision;
import dev.lamina.backend.Backend.View;
import dev.lamina.op.Elementwise;
import dev.lamina.op.MatMul;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Matrix products: tiles in local memory and registers, or one pass over the matrix if the other operand is
/// a vector; or a library of the driver's, see `offer`.
final class GemmKernels {
    private static final int GROUPS_PER_UNIT = 4;
    private static final int VECTOR_ITEMS = 128;
    private static final int ROW_LANES = 32;
    private static final int COLUMN_LANES = 4;
    private static final int WIDTH = 4;

    private final Launcher launcher;
    private final Scratch scratch;
    private final Tiles tiles;
    private final boolean library;

    /// @param library whether the driver's library is asked first: what measures these kernels does not want
    /// it
    GemmKernels(Launcher launcher, Scratch scratch, Tiles tiles, boolean library) {
        this.launcher = launcher;
        this.scratch = scratch;
        this.tiles = tiles;
        this.library = library;
    }

    /// One launch: operands that begin at `a` and `b`, results from product number `first`.
    private record Product(
            MatMul op, int m, int n, int k, Batches batches, View a, View b, View y, Epilogue epilogue) {}

    void run(MatMul op, View a, View b, View y) {
        run(op, a, b, y, null);
    }

    /// True if the product can finish its sums with biases of this shape.
    static boolean finishes(MatMul op, View y, View bias) {
        int n = y.shape().dim(-1);
        return finishes(op)
                && y.shape().dim(-2) > 1
                && n > 1
                && bias.shape().size() == n
                && bias.shape().dim(-1) == n;
    }

    void run(MatMul op, View a, View b, View y, Epilogue epilogue) {
        int m = y.shape().dim(-2);
        int n = y.shape().dim(-1);
        int k = a.shape().dim(op.ta() ? -2 : -1);
        var batches =
                Batches.of(MatMul.batch(y.shape()), MatMul.batch(a.shape()), MatMul.batch(b.shape()), m * k, k * n);
        if (!op.ta() && batches.stacked(m * k)) {
            m *= batches.count();
            batches = Batches.of(MatMul.batch(b.shape()), MatMul.batch(b.shape()), MatMul.batch(b.shape()), 0, 0);
        }
        var p = new Product(op, m, n, k, batches, a, b, y, epilogue);
        for (Batches.Start s : batches.outer())
            if (m == 1 || n == 1) vector(p, s);
            else if (!offer(p, s)) tiled(p, s);
    }

    /// True if the driver's library took the products.
    ///
    /// Three kinds stay here. One with an epilogue: a library would write the sums, and a second kernel read
    /// and write them once more, `8 m n` bytes, which on an H100 take as long as the sums of a depth of 80 in
    /// f32 and of 600 in TF32. Batches that do not follow each other in steps: these kernels do them in one
    /// launch. Sums of nothing.
    private boolean offer(Product p, Batches.Start s) {
        int[] size = p.batches.sizes();
        if (!library || p.epilogue != null || size[0] * size[1] > 1 || p.k == 0) return false;
        long first = s.product() * (long) p.m * p.n;
        var products = new Products(
                p.y.dtype(),
                Precision.current(),
                p.m,
                p.n,
                p.k,
                p.op.ta(),
                p.op.tb(),
                size[2],
                new Products.Matrices(
                        p.a.memory(), p.a.offset() + s.a(), p.batches.a()[2]),
                new Products.Matrices(
                        p.b.memory(), p.b.offset() + s.b(), p.batches.b()[2]),
                new Products.Matrices(p.y.memory(), p.y.offset() + first, (long) p.m * p.n));
        if (!launcher.driver().gemm(products)) return false;
        var profile = Profile.current();
        if (profile != null) profile.launched(p.a.memory(), p.b.memory(), p.y.memory());
        return true;
    }

    private void vector(Product p, Batches.Start s) {
        boolean left = p.n == 1;
        boolean rows = left ? !p.op.ta() : p.op.tb();
        int lanes = rows ? ROW_LANES : COLUMN_LANES;
        int outputs = left ? p.m : p.n;
        int aAt = Launcher.at(p.a) + s.a();
        int bAt = Launcher.at(p.b) + s.b();
        int[] size = p.batches.sizes();
        int[] matrix = left ? p.batches.a() : p.batches.b();
        int[] x = left ? p.batches.b() : p.batches.a();
        launcher.groups(
                vectorText(rows, p.y.dtype()),
                p.batches.count() * Math.ceilDiv(outputs, VECTOR_ITEMS / lanes),
                VECTOR_ITEMS,
                VECTOR_ITEMS * p.y.dtype().bytes(),
                left ? p.a.memory() : p.b.memory(),
                left ? p.b.memory() : p.a.memory(),
                p.y.memory(),
                left ? aAt : bAt,
                left ? bAt : aAt,
                Launcher.at(p.y) + s.product() * outputs,
                outputs,
                p.k,
                size[1],
                size[2],
                matrix[0],
                matrix[1],
                matrix[2],
                x[0],
                x[1],
                x[2]);
    }

    private void tiled(Product p, Batches.Start s) {
        int bytes = p.y.dtype().bytes();
        int count = p.batches.count();
        Tiling t = launcher.fit(tiles, p.y.dtype(), p.m, p.n, count);
        int groups = t.groups(p.m, p.n) * count;
        long output = (long) count * p.m * p.n;
        long spare = ((long) p.m * p.k + (long) p.k * p.n) * count / 4;
        int slice = t.slice(p.k, groups, launcher.driver().limits().units() * GROUPS_PER_UNIT, output, spare);
        int slices = Math.max(1, Math.ceilDiv(p.k, slice));
        int aAt = Launcher.at(p.a) + s.a();
        int bAt = Launcher.at(p.b) + s.b();
        int lda = p.op.ta() ? p.m : p.k;
        int ldb = p.op.tb() ? p.k : p.n;
        boolean f32 = bytes == Float.BYTES;
        boolean wide = f32 && aligned(aAt, lda, p.batches.a()) && aligned(bAt, ldb, p.batches.b());
        int yAt = Launcher.at(p.y) + Math.toIntExact(s.product() * (long) p.m * p.n);
        Epilogue own = slices == 1 ? p.epilogue : null;
        boolean processor = launcher.driver().limits().cpu();
        KernelText text = text(p.op, t, p.y.dtype(), wide, processor, Epilogue.function(own));
        int[] size = p.batches.sizes();
        int[] a = p.batches.a();
        int[] b = p.batches.b();
        launcher.summed(
                scratch,
                slices,
                p.y,
                yAt,
                Math.toIntExact(output),
                p.epilogue,
                p.n,
                (to, at) -> launcher.groups(
                        text,
                        groups * slices,
                        t.items(),
                        t.localBytes(bytes),
                        Launcher.arguments(
                                new Object[] {p.a.memory(), p.b.memory(), to},
                                IntStream.of(
                                        aAt,
                                        bAt,
                                        at,
                                        p.m,
                                        p.n,
                                        p.k,
                                        lda,
                                        ldb,
                                        count,
                                        size[1],
                                        size[2],
                                        a[0],
                                        a[1],
                                        a[2],
                                        b[0],
                                        b[1],
                                        b[2],
                                        slice,
                                        p.op.ta() ? 1 : 0,
                                        p.op.tb() ? 1 : 0),
                                own)));
    }

    /// On a processor the transposes stay arguments: a compilation costs more there than the branch saves.
    private static KernelText text(
            MatMul op, Tiling t, DType type, boolean wide, boolean processor, Elementwise epilogue) {
        var defines = t.defines(type);
        defines.put("TA", processor ? "ta" : op.ta() ? "1" : "0");
        defines.put("TB", processor ? "tb" : op.tb() ? "1" : "0");
        defines.put("VA", wide ? WIDTH : 1);
        defines.put("VB", wide ? WIDTH : 1);
        return switch (t) {
            case Tiles _ -> Epilogue.tiled("gemm", t, defines, epilogue, type, "gemm.c");
            case MmaTiles _ -> Epilogue.tiled("mma_gemm", t, defines, epilogue, type, "mma_gemm.cu");
        };
    }

    private static KernelText vectorText(boolean rows, DType t) {
        int lanes = rows ? ROW_LANES : COLUMN_LANES;
        return KernelText.of(
                "gemv.c",
                "gemv",
                Map.of("T", Launcher.c(t), "ROWS", rows ? 1 : 0, "LANES", lanes, "ITEMS", VECTOR_ITEMS));
    }

    /// Every text that a GPU can ask for.
    void texts(Consumer<KernelText> to) {
        for (DType type : new DType[] {DType.F32, DType.F64}) {
            for (boolean rows : new boolean[] {false, true}) to.accept(vectorText(rows, type));
            for (Elementwise f : Epilogue.all()) to.accept(Epilogue.slices(f, type));
            for (Tiling t : launcher.tilings(tiles, type))
                for (boolean wide : new boolean[] {false, true})
                    if (!wide || type == DType.F32) texts(t, type, wide, to);
        }
    }

    private static void texts(Tiling t, DType type, boolean wide, Consumer<KernelText> to) {
        for (boolean ta : new boolean[] {false, true})
            for (boolean tb : new boolean[] {false, true})
                for (Elementwise f : Epilogue.all())
                    if (f == null || finishes(new MatMul(ta, tb)))
                        to.accept(text(new MatMul(ta, tb), t, type, wide, false, f));
    }

    /// The products of dense layers are made to finish their sums.
    private static boolean finishes(MatMul op) {
        return !op.ta() && op.tb();
    }

    /// True if every stored row of every matrix begins on a whole vector.
    private static boolean aligned(int at, int row, int[] steps) {
        return (at | row | steps[0] | steps[1] | steps[2]) % WIDTH == 0;
    }
}
