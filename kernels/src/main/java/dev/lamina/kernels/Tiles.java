package dev.lamina.kernels;

import dev.lamina.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a product is cut up: the tile of a group, the depth of a slab, the tile of an item; see `tile.c`.
///
/// @param m rows of a group's tile
/// @param n columns of a group's tile
/// @param k depth of a slab in local memory
/// @param rows sums of an item, down
/// @param columns sums of an item, across
/// @param run consecutive columns that an item reads at once
/// @param stages 2 to fetch the next slab while one is used, 1 to copy it straight
public record Tiles(int m, int n, int k, int rows, int columns, int run, int stages) implements Tiling {
    private static final Pattern TEXT = Pattern.compile("(\\d+)x(\\d+)x(\\d+)/(\\d+)x(\\d+)/(\\d+)/([12])");
    private static final int PAD = 4;
    private static final int SPOT_BYTES = 16;
    private static final int DEEP = 64;
    private static final int SMALLEST_GROUP = 32;
    private static final int FEW_ITEMS = 64;
    private static final int SMALLEST_SIDE = 32;

    public Tiles {
        if (rows < 1 || columns < 1 || run < 1 || k < 1 || stages < 1 || stages > 2)
            throw new IllegalArgumentException("tiles must be positive, stages 1 or 2");
        if (m % rows != 0 || n % columns != 0 || columns % run != 0 || rows % Math.min(run, rows) != 0)
            throw new IllegalArgumentException("item tiles must divide group tiles, runs must divide item tiles");
        if (m % 4 != 0 || n % 4 != 0 || k % 4 != 0)
            throw new IllegalArgumentException("group tiles must be multiples of 4, the width of a load");
    }

    /// Worth measuring on a device. A processor has few and wide registers, runs the items of a group one after
    /// the other, and keeps their sums in memory across a barrier: deep slabs, wide item tiles, no prefetch.
    static List<Tiles> candidates(boolean processor) {
        return processor
                ? List.of(
                        new Tiles(64, 64, 64, 8, 8, 8, 1),
                        new Tiles(32, 64, 64, 4, 16, 16, 1),
                        new Tiles(64, 64, 64, 4, 16, 16, 1),
                        new Tiles(64, 32, 64, 4, 16, 16, 1),
                        new Tiles(128, 32, 64, 4, 16, 16, 1))
                : List.of(
                        new Tiles(128, 128, 16, 8, 8, 4, 2),
                        new Tiles(128, 128, 8, 8, 8, 4, 2),
                        new Tiles(128, 64, 16, 8, 4, 4, 2),
                        new Tiles(64, 64, 16, 4, 4, 4, 2),
                        new Tiles(64, 64, 16, 8, 8, 4, 2),
                        new Tiles(64, 64, 16, 4, 4, 4, 1));
    }

    @Override
    public int items() {
        return m / rows * (n / columns);
    }

    @Override
    public int slabBytes(int bytes) {
        return k * (m + n + 2 * PAD) * bytes;
    }

    @Override
    public int tableBytes() {
        return byLines() ? Tiling.lineTables(n, k) : SPOT_BYTES * (n + k);
    }

    @Override
    public Tiling deep(DType type, int productRows, int productColumns) {
        return byLines() ? deep(type, productRows > DEEP / 2, productColumns > DEEP / 2) : this;
    }

    /// Smaller tiles keep the number of items, each of which has as much to copy.
    private static Tiles deep(DType type, boolean high, boolean wide) {
        int depth = type == DType.F64 ? DEEP / 2 : DEEP;
        return new Tiles(high ? DEEP : DEEP / 2, wide ? DEEP : DEEP / 2, depth, high && wide ? 8 : 4, 4, 4, 2);
    }

    /// These tiles where they fit, otherwise with thinner slabs and smaller groups.
    Tiles within(int bytes, int localBytes, int groupSize) {
        if (localBytes(bytes) > localBytes && k > 4) return withK(k / 2).within(bytes, localBytes, groupSize);
        if (items() > groupSize || localBytes(bytes) > localBytes) {
            if (m >= n && m > rows * 4) return with(m / 2, n).within(bytes, localBytes, groupSize);
            if (n > columns * 4) return with(m, n / 2).within(bytes, localBytes, groupSize);
        }
        return this;
    }

    /// Smaller tiles for a small product: no more rows and columns than it has, and enough groups for all
    /// `units`.
    Tiles fitted(int productRows, int productColumns, int products, int units) {
        Tiles t = this;
        while (t.m >= 2 * productRows && t.mayHalve(t.m, t.halfRows())) t = t.lower();
        while (t.n >= 2 * productColumns && t.mayHalve(t.n, t.halfColumns())) t = t.narrower();
        while ((long) t.groups(productRows, productColumns) * products < units) {
            if (t.m >= t.n && t.mayHalve(t.m, t.halfRows())) t = t.lower();
            else if (t.mayHalve(t.n, t.halfColumns())) t = t.narrower();
            else break;
        }
        return t;
    }

    /// All that `fitted` can answer, these tiles first. Types other than f32 are not fitted.
    List<Tiles> family(DType type) {
        var all = new ArrayList<>(List.of(this));
        if (type != DType.F32) return all;
        for (int i = 0; i < all.size(); i++) {
            Tiles t = all.get(i);
            if (t.mayHalve(t.m, t.halfRows()) && !all.contains(t.lower())) all.add(t.lower());
            if (t.mayHalve(t.n, t.halfColumns()) && !all.contains(t.narrower())) all.add(t.narrower());
        }
        return all;
    }

    /// @param own of each item in the smaller tile
    private boolean mayHalve(int size, int own) {
        return items() >= 2 * SMALLEST_GROUP && size >= 2 * SMALLEST_SIDE && size / 2 % own == 0;
    }

    private Tiles lower() {
        return new Tiles(m / 2, n, k, halfRows(), columns, run, stages);
    }

    private Tiles narrower() {
        return new Tiles(m, n / 2, k, rows, halfColumns(), run, stages);
    }

    /// Rows of an item in `lower()`: fewer once the group has few items, each of which would then copy much
    /// for its part of the sums, and hold it in registers.
    private int halfRows() {
        return halfOf(rows);
    }

    private int halfColumns() {
        return halfOf(columns);
    }

    private int halfOf(int own) {
        return items() > FEW_ITEMS || own / 2 % run != 0 ? own : own / 2;
    }

    private Tiles with(int m, int n) {
        return new Tiles(m, n, k, rows, columns, run, stages);
    }

    private Tiles withK(int k) {
        return new Tiles(m, n, k, rows, columns, run, stages);
    }

    /// The definitions of tile.c. Local memory is read by vectors on a GPU; a processor's compiler makes its
    /// own.
    @Override
    public SortedMap<String, Object> defines(DType type) {
        boolean wide = type == DType.F32 && stages == 2 && run % 4 == 0 && rows % 4 == 0;
        var d = new TreeMap<String, Object>();
        d.put("T", Launcher.c(type));
        d.put("WIDE", wide ? 1 : 0);
        d.put("TM", m);
        d.put("TN", n);
        d.put("TK", k);
        d.put("RM", rows);
        d.put("RN", columns);
        d.put("RUN", run);
        d.put("STAGES", stages);
        return d;
    }

    /// What `toString` wrote; empty for anything else.
    static Optional<Tiles> parse(String text) {
        Matcher t = TEXT.matcher(text);
        if (!t.matches()) return Optional.empty();
        try {
            int[] n = new int[7];
            for (int i = 0; i < n.length; i++) n[i] = Integer.parseInt(t.group(i + 1));
            return Optional.of(new Tiles(n[0], n[1], n[2], n[3], n[4], n[5], n[6]));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return m + "x" + n + "x" + k + "/" + rows + "x" + columns + "/" + run + "/" + stages;
    }
}
