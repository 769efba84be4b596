package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
import java.lang.System.Logger.Level;

/// All that differs between a machine with the Vector API and one without: loops over `float[]`.
///
/// Ranges are `a[ao .. ao + n)`. An output may be the very range of an input (in place), but must not overlap
/// one otherwise. Nothing here starts threads or allocates.
///
/// The matrix loops work on tiles of [#rows] by [#columns]. "Left panels" are `[ceil(m / rows)][k][rows]`,
/// "right panels" `[ceil(n / columns)][k][columns]`, both padded with zeros. `edge` is scratch of `rows *
/// columns` floats for tiles that hang over the border of C. C is overwritten, or added to where `add` is set.
interface Simd {
    /// The vectorised loops where the module `jdk.incubator.vector` is present, otherwise the plain ones.
    static Simd best() {
        return Best.SIMD;
    }

    /// Rows of a matrix tile.
    int rows();

    /// Columns of a matrix tile.
    int columns();

    /// C `[m, n]` = left panels at `ao` times right panels at `bo`, the inner size being `k`.
    void multiply(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge);

    /// C `[m, n]` = left panels times rows that lie anywhere: row `p` of B begins at `b[bo + at[p]]`.
    ///
    /// Reads every row up to `n` rounded up to a whole tile. A convolution is this product with `at` listing
    /// its taps, so no patch is ever copied.
    void multiplyAt(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] at,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge);

    /// C `[m, n]` = rows that lie anywhere times right panels: row `i` of A is `a[ao + at[i] .. + k)`.
    ///
    /// `at` has `m` rounded up to whole tiles entries (the last ones repeat a valid one).
    void multiplyRows(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int[] at,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge);

    /// C `[m, n]` = A stored transposed times right panels: element (i, p) of A is `a[ao + p * step + i]`.
    ///
    /// Reads every row of the stored matrix up to `m` rounded up to a whole tile.
    void multiplyTurned(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int step,
            float[] b,
            int bo,
            float[] c,
            int co,
            int ldc,
            boolean add,
            float[] edge);

    /// C `[m, n]` = A times B, both where they lie: the product of `a[ao + i * down + p * along]` and `b[bo + p * ldb +
    /// j]`. C has a tile's rows and columns at least; no scratch is needed.
    void multiplyInPlace(
            int m,
            int n,
            int k,
            float[] a,
            int ao,
            int down,
            int along,
            float[] b,
            int bo,
            int ldb,
            float[] c,
            int co,
            int ldc);

    /// True if [#multiplyDots] computes products of this size.
    boolean multipliesDots(int m, int n, int k);

    /// C `[m, n]` = A times B, where B, but not A, is transposed: inner products of their rows in memory. No scratch
    /// is needed.
    void multiplyDots(int m, int n, int k, Matrix a, Matrix b, Matrix c);

    /// The transforms of Winograd's convolution, or null if they do not pay.
    TileTransforms tileTransforms();

    /// Copies `count` rows of exactly [#columns] floats, `from` stepping by `step`, into consecutive rows of
    /// `to`.
    void copyPanel(int count, float[] from, int fo, int step, float[] to, int t);

    /// A panel whose rows lie along k in memory: [Pack#across].
    void across(int rows, int k, float[] from, int fo, int ld, float[] to, int t, int width);

    /// Makes a right panel of `k` rows of pieces: row `p` has its piece i from `x[xo + at[p] + from]` on at `to`.
    /// `pieces[first]` counts the pieces and is followed by the `from` and `to` of each, `to` ascending from 0.
    /// A piece ends where the next one begins, and is half a tile's width at most; beyond the last one of the
    /// last row as much may be written.
    void gather(int k, float[] x, int xo, int[] at, int[] pieces, int first, float[] to, int t);

    /// Copies rows of n floats, `byX` and `byY` apart.
    void copyRows(int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int byY);

    /// Adds blocks of rows of n floats: row r of block p, at `x[xo + p * byX + r * n]`, to `y[yo + at[p] + r * pitch]`.
    void addBlocks(int blocks, int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int[] at, int pitch);

    /// Weighs shifted blocks of rows: `y[r, i] = sum_p a[ao + p] * x[xo + at[p] + r * pitch + i]`, i < n, p < k.
    /// The rows of y lie side by side. May read up to a tile's width beyond the last row of a block.
    void weightedSum(
            int rows, int n, int k, float[] a, int ao, float[] x, int xo, int[] at, int pitch, float[] y, int yo);

    /// The adjoint for the weights: adds `sum a[ao + r * n + i] * x[xo + at[p] + r * pitch + i]` over all r and i
    /// to sum p, which is held in [#columns] floats from `c[co + p * columns]` on that only together are the sum,
    /// so that adding them up can wait.
    void innerProducts(
            int rows, int n, int k, float[] a, int ao, float[] x, int xo, int[] at, int pitch, float[] c, int co);

    /// `to[t + j * ldt + i] = from[fo + i * ld + j]`, i < m, j < n; `work` is scratch of `columns * columns / 4`
    /// floats.
    void transpose(int m, int n, float[] from, int fo, int ld, float[] to, int t, int ldt, float[] work);

    /// Copies every other element to rows of n floats: `y[yo + r * byY + i] = x[xo + r * byX + 2 i]`.
    void everyOther(int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int byY);

    /// The elements of x and y in turns, to rows of n floats: `z[zo + r * byZ + i]` is number i / 2 of row r
    /// of x where i is even, of y where it is odd; their rows are `by` apart.
    void interleave(int rows, int n, float[] x, int xo, float[] y, int yo, int by, float[] z, int zo, int byZ);

    /// `y += s * x`.
    void axpy(int n, float s, float[] x, int xo, float[] y, int yo);

    /// `sum x * y`, in a fixed order.
    float dot(int n, float[] x, int xo, float[] y, int yo);

    /// The sum in a fixed order, floats within blocks of about a thousand and doubles over blocks.
    double sum(int n, float[] x, int xo);

    /// The largest, NaN if there is one, `-Infinity` for none.
    float max(int n, float[] x, int xo);

    /// The smallest, NaN if there is one, `Infinity` for none.
    float min(int n, float[] x, int xo);

    /// `y = exp(x - less)`; gives the sum of y, in a fixed order.
    double expSum(int n, float[] x, int xo, float less, float[] y, int yo);

    /// The sum of `(x - mean)^2`, in a fixed order.
    double squares(int n, float[] x, int xo, float mean);

    /// `y = (x - mean) * scale`.
    void shiftScale(int n, float[] x, int xo, float mean, float scale, float[] y, int yo);

    /// `y = max((x - mean) * scale + shift, least)`, where what is not above `least` becomes `least` and NaN stays.
    void shiftScale(int n, float[] x, int xo, float mean, float scale, float shift, float least, float[] y, int yo);

    /// Adds the sum of x to `sums[0]` and that of `x * (y - centre)` to `sums[1]`, in a fixed order.
    void sums(int n, float[] x, int xo, float[] y, int yo, float centre, double[] sums);

    /// `z = (x - mean - (y - centre) * slope) * scale`.
    void lessLine(
            int n,
            float[] x,
            int xo,
            float mean,
            float[] y,
            int yo,
            float centre,
            float slope,
            float scale,
            float[] z,
            int zo);

    /// `y = f(x)`.
    void unary(UnaryFn f, int n, float[] x, int xo, float[] y, int yo);

    /// `z = f(x, y)`.
    void binary(BinaryFn f, int n, float[] x, int xo, float[] y, int yo, float[] z, int zo);

    /// `z = f(x, s)`.
    void binary(BinaryFn f, int n, float[] x, int xo, float s, float[] z, int zo);

    /// `z = f(s, y)`.
    void binary(BinaryFn f, int n, float s, float[] y, int yo, float[] z, int zo);

    /// `z = cond != 0 ? yes : no`; NaN counts as not zero.
    void where(int n, float[] cond, int co, float[] yes, int yesAt, float[] no, int noAt, float[] z, int zo);

    /// The function as vector loops of its own, or null if its steps do as well.
    FusedProgram fuse(BlockProgram program);

    /// The largest of each window of 2 x 2 side by side, and its place: `rows` rows of n windows in lines of `w`
    /// elements that follow each other from `x[xo]` on, from which places count. The first of several wins, and NaN
    /// before any number. The rows of y and index lie side by side.
    void maxOfFour(int rows, int n, float[] x, int xo, int w, float[] y, int yo, int[] index, int io);

    /// The mean of the same windows.
    void meanOfFour(int rows, int n, float[] x, int xo, int w, float[] y, int yo);

    /// Finds the implementation once. [VectorSimd] is named by a string, because linking it fails without its
    /// module.
    final class Best {
        private static final String MODULE = "jdk.incubator.vector";
        static final Simd SIMD = find();

        private Best() {}

        private static Simd find() {
            String reason = "module " + MODULE + " is not loaded";
            if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
                try {
                    return (Simd) Class.forName("dev.lamina.cpu.VectorSimd")
                            .getDeclaredConstructor()
                            .newInstance();
                } catch (ReflectiveOperationException | LinkageError e) {
                    reason = "the vector kernels cannot be loaded (" + e + ")";
                }
            }
            System.getLogger("dev.lamina.cpu")
                    .log(
                            Level.WARNING,
                            "{0}: the CPU runs plain loops, several times slower; start java with --add-modules {1}",
                            reason,
                            MODULE);
            return new ScalarSimd();
        }
    }
}
