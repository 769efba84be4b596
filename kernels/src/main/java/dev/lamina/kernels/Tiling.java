package dev.lamina.kernels;

import dev.lamina.DType;
import java.util.SortedMap;

/// How a product is cut up for the groups of a grid.
sealed interface Tiling permits Tiles, MmaTiles {
    /// Rows of a group's tile.
    int m();

    /// Columns of a group's tile.
    int n();

    /// Depth of a slab in local memory.
    int k();

    /// Items of a group.
    int items();

    /// Slabs of each operand that a group keeps.
    int stages();

    /// Local memory of a slab of both operands, over elements of `bytes`.
    int slabBytes(int bytes);

    /// Local memory of the tables of a convolution.
    int tableBytes();

    /// Enough for `TABLES` of conv_lines.h, whichever of the two operands the columns are.
    static int lineTables(int columns, int steps) {
        return 28 * columns + 56 * steps + 1024;
    }

    /// Local memory of a product over elements of `bytes`, with the tables of a convolution.
    default int localBytes(int bytes) {
        return stages() * slabBytes(bytes) + tableBytes();
    }

    /// Whether a convolution gets its operands by whole sectors of memory, as on a GPU; see `conv_lines.h`.
    default boolean byLines() {
        return stages() == 2;
    }

    /// These tiles for the gradient of a convolution's weights of this size. Its operands lie along the sum, so on a
    /// GPU slabs are deep, a piece of a row being many sectors, and one is kept at a time.
    Tiling deep(DType type, int productRows, int productColumns);

    /// The definitions of the text that holds the tiles.
    SortedMap<String, Object> defines(DType type);

    /// Tiles that cover a product.
    default int groups(int productRows, int productColumns) {
        return Math.ceilDiv(productRows, m()) * Math.ceilDiv(productColumns, n());
    }

    /// Into how many slices a sum over `depth` is cut so that `groups` become enough for `wanted`, while the
    /// parts that are written and read again stay within `spare` elements; each is a whole number of slabs.
    default int slice(int depth, int groups, int wanted, long output, long spare) {
        int most = (int) Math.min(Math.ceilDiv(depth, 4 * k()), spare / Math.max(1, 2 * output));
        int slices = Math.clamp(Math.ceilDiv(wanted, groups), 1, Math.max(1, most));
        return Math.max(1, Math.ceilDiv(Math.ceilDiv(depth, slices), k())) * k();
    }
}
