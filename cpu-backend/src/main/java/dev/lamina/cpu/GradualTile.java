package dev.lamina.cpu;

/// A [Tile] that hands over `k` in short parts until C2 has compiled it. The bits are the same: the sums go on from
/// what C holds.
///
/// The JVM asks for a thousand calls of a method or more before it compiles it in full, however long its loop runs,
/// and until then vectors are objects and each step of the loop is slow.
final class GradualTile implements Tile {
    private final Tile tile;
    private final int rows;
    private final int columns;
    private final Calls packed = new Calls();
    private final Calls inRows = new Calls();
    private final Calls turned = new Calls();
    private final Calls strided = new Calls();

    GradualTile(Tile tile) {
        this.tile = tile;
        this.rows = tile.rows();
        this.columns = tile.columns();
    }

    /// Threads may count at once, and lose some.
    private static final class Calls {
        /// Enough for C2, with as many rounds of the loop as there are in a part.
        private static final int COLD = 6000;
        /// Odd, so that the rest of an unrolled loop is seen as well.
        private static final int PART = 5;

        private int count;

        /// How much of `k` to hand over.
        int part(int k) {
            if (count >= COLD || k <= PART) {
                return k;
            }
            count++;
            return PART;
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public void packed(
            int k, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
        int p = packed.part(k);
        tile.packed(p, a, ao, b, bo, s, so, lds, c, co, ldc);
        while (p < k) {
            int part = packed.part(k - p);
            tile.packed(part, a, ao + p * rows, b, bo + p * columns, c, co, ldc, c, co, ldc);
            p += part;
        }
    }

    @Override
    public void at(
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] at,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        tile.at(k, a, ao, b, bo, at, s, so, lds, c, co, ldc);
    }

    @Override
    public void rows(
            int k,
            float[] a,
            int ao,
            int[] at,
            int first,
            float[] b,
            int bo,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        int p = inRows.part(k);
        tile.rows(p, a, ao, at, first, b, bo, s, so, lds, c, co, ldc);
        while (p < k) {
            int part = inRows.part(k - p);
            tile.rows(part, a, ao + p, at, first, b, bo + p * columns, c, co, ldc, c, co, ldc);
            p += part;
        }
    }

    @Override
    public void turned(
            int k,
            float[] a,
            int ao,
            int step,
            float[] b,
            int bo,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        int p = turned.part(k);
        tile.turned(p, a, ao, step, b, bo, s, so, lds, c, co, ldc);
        while (p < k) {
            int part = turned.part(k - p);
            tile.turned(part, a, ao + p * step, step, b, bo + p * columns, c, co, ldc, c, co, ldc);
            p += part;
        }
    }

    @Override
    public void strided(
            int k,
            float[] a,
            int ao,
            int down,
            int along,
            float[] b,
            int bo,
            int ldb,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        int p = strided.part(k);
        tile.strided(p, a, ao, down, along, b, bo, ldb, s, so, lds, c, co, ldc);
        while (p < k) {
            int part = strided.part(k - p);
            tile.strided(part, a, ao + p * along, down, along, b, bo + p * ldb, ldb, c, co, ldc, c, co, ldc);
            p += part;
        }
    }
}
