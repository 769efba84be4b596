package dev.lamina.kernels;

import dev.lamina.DType;
import dev.lamina.Precision;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Tiles of a product on tensor cores; see `mma.h`.
///
/// @param k depth of a slab
/// @param warpRows rows of a warp's part of the tile
/// @param warpColumns columns of a warp's part
/// @param bf16 operands in BF16, otherwise in TF32
record MmaTiles(int m, int n, int k, int warpRows, int warpColumns, boolean bf16) implements Tiling {
    /// Products with fewer rows or columns leave most of a tensor core's fragment empty.
    private static final int LEAST = 16;

    /// Of a row along the outer axis, in elements, and of a row along k, in bytes; see `mma.h`.
    private static final int PAD = 8;

    private static final int PAD_BYTES = 16;

    /// True if this device, scope and product are for tensor cores.
    static boolean serve(GpuDriver driver, DType t, int rows, int columns) {
        return t == DType.F32
                && Precision.current() != Precision.FP32
                && driver.tensorCores()
                && rows >= LEAST
                && columns >= LEAST;
    }

    /// Large tiles where they fill the device, small ones otherwise.
    static MmaTiles of(Precision precision, int rows, int columns, int products, int units) {
        boolean bf16 = precision == Precision.BF16;
        MmaTiles large = large(bf16);
        boolean fills =
                rows > large.m / 2 && columns > large.n / 2 && (long) large.groups(rows, columns) * products >= units;
        return fills ? large : small(bf16);
    }

    private static MmaTiles large(boolean bf16) {
        return new MmaTiles(128, 128, bf16 ? 32 : 16, 64, 32, bf16);
    }

    private static MmaTiles small(boolean bf16) {
        return new MmaTiles(64, 64, bf16 ? 32 : 16, 32, 32, bf16);
    }

    @Override
    public Tiling deep(DType type, int productRows, int productColumns) {
        return new MmaTiles(64, 64, 64, 32, 32, bf16);
    }

    /// All that `of` can answer.
    static List<MmaTiles> all() {
        return List.of(large(false), small(false), large(true), small(true));
    }

    @Override
    public int items() {
        return 32 * (m / warpRows) * (n / warpColumns);
    }

    @Override
    public int stages() {
        return 2;
    }

    @Override
    public int slabBytes(int bytes) {
        int element = bf16 ? Short.BYTES : Float.BYTES;
        return Math.max((m + n) * (k + PAD_BYTES / element), k * (m + n + 2 * PAD)) * element;
    }

    @Override
    public int tableBytes() {
        return Tiling.lineTables(n, k);
    }

    @Override
    public SortedMap<String, Object> defines(DType type) {
        var d = new TreeMap<String, Object>();
        d.put("T", Launcher.c(type));
        d.put("BF16", bf16 ? 1 : 0);
        d.put("TM", m);
        d.put("TN", n);
        d.put("TK", k);
        d.put("WM", warpRows);
        d.put("WN", warpColumns);
        return d;
    }
}
