package dev.lamina.cpu;

import dev.lamina.op.Expr.BinaryFn;
import dev.lamina.op.Expr.UnaryFn;
import jdk.incubator.vector.FloatVector;

/// [Simd] on the Vector API, with the vectors the machine prefers: it only sends each call to its loop.
///
/// Loaded by name from [Simd#best], so that nothing else needs the module `jdk.incubator.vector`.
final class VectorSimd implements Simd {
    private final Tile tile;
    private final VectorGemm gemm;
    /// Null where maxima are on vectors from the first.
    private final TieredPool pool;
    private final TileTransforms tileTransforms =
            FloatVector.SPECIES_PREFERRED.length() <= VectorTranspose.MOST ? new VectorWinograd() : null;

    VectorSimd() {
        this(manyRegisters() ? 8 : 4, new TieredPool());
    }

    /// All on vectors from the first.
    ///
    /// @param rows of a tile two vectors wide
    VectorSimd(int rows) {
        this(rows, null);
    }

    /// A product in place takes a lower and wider tile: where steps are not known to the compiler, each number of A
    /// costs a check of its index.
    private VectorSimd(int rows, TieredPool pool) {
        int lanes = FloatVector.SPECIES_PREFERRED.length();
        this.tile = TileCode.make(rows, 2, lanes);
        this.pool = pool;
        this.gemm = new VectorGemm(new GradualTile(tile), new GradualTile(TileCode.make(rows / 2, 4, lanes)));
    }

    /// AVX-512 and ARM have 32 vector registers, SSE and AVX2 have 16. A tile leaves room for two vectors of B and one
    /// of A, and more than C2 needs: with 6 rows in 16 registers it keeps an accumulator in memory.
    private static boolean manyRegisters() {
        return FloatVector.SPECIES_PREFERRED.length() >= 16
                || System.getProperty("os.arch", "").equals("aarch64");
    }

    @Override
    public int rows() {
        return tile.rows();
    }

    @Override
    public int columns() {
        return tile.columns();
    }

    @Override
    public void multiply(
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
            float[] edge) {
        gemm.multiply(m, n, k, a, ao, b, bo, c, co, ldc, add, edge);
    }

    @Override
    public void multiplyAt(
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
            float[] edge) {
        gemm.multiplyAt(m, n, k, a, ao, b, bo, at, c, co, ldc, add, edge);
    }

    @Override
    public void multiplyRows(
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
            float[] edge) {
        gemm.multiplyRows(m, n, k, a, ao, at, b, bo, c, co, ldc, add, edge);
    }

    @Override
    public void multiplyTurned(
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
            float[] edge) {
        gemm.multiplyTurned(m, n, k, a, ao, step, b, bo, c, co, ldc, add, edge);
    }

    @Override
    public void multiplyInPlace(
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
            int ldc) {
        gemm.multiplyInPlace(m, n, k, a, ao, down, along, b, bo, ldb, c, co, ldc);
    }

    @Override
    public boolean multipliesDots(int m, int n, int k) {
        return VectorDotTile.fits(m, n, k);
    }

    @Override
    public void multiplyDots(int m, int n, int k, Matrix a, Matrix b, Matrix c) {
        VectorDotTile.multiply(m, n, k, a, b, c);
    }

    @Override
    public TileTransforms tileTransforms() {
        return tileTransforms;
    }

    @Override
    public void copyPanel(int count, float[] from, int fo, int step, float[] to, int t) {
        VectorGemm.copyPanel(count, from, fo, step, to, t);
    }

    @Override
    public void across(int rows, int k, float[] from, int fo, int ld, float[] to, int t, int width) {
        VectorTranspose.across(rows, k, from, fo, ld, to, t, width);
    }

    @Override
    public void gather(int k, float[] x, int xo, int[] at, int[] pieces, int first, float[] to, int t) {
        VectorGemm.gather(k, x, xo, at, pieces, first, to, t);
    }

    @Override
    public void copyRows(int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int byY) {
        VectorWindow.copyRows(rows, n, x, xo, byX, y, yo, byY);
    }

    @Override
    public void addBlocks(
            int blocks, int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int[] at, int pitch) {
        VectorWindow.addBlocks(blocks, rows, n, x, xo, byX, y, yo, at, pitch);
    }

    @Override
    public void weightedSum(
            int rows, int n, int k, float[] a, int ao, float[] x, int xo, int[] at, int pitch, float[] y, int yo) {
        VectorWindow.weightedSum(rows, n, k, a, ao, x, xo, at, pitch, y, yo);
    }

    @Override
    public void innerProducts(
            int rows, int n, int k, float[] a, int ao, float[] x, int xo, int[] at, int pitch, float[] c, int co) {
        VectorWindow.innerProducts(rows, n, k, a, ao, x, xo, at, pitch, c, co);
    }

    @Override
    public void transpose(int m, int n, float[] from, int fo, int ld, float[] to, int t, int ldt, float[] work) {
        VectorTranspose.matrix(m, n, from, fo, ld, to, t, ldt, work);
    }

    @Override
    public void everyOther(int rows, int n, float[] x, int xo, int byX, float[] y, int yo, int byY) {
        VectorPool.everyOther(rows, n, x, xo, byX, y, yo, byY);
    }

    @Override
    public void interleave(int rows, int n, float[] x, int xo, float[] y, int yo, int by, float[] z, int zo, int byZ) {
        VectorPool.interleave(rows, n, x, xo, y, yo, by, z, zo, byZ);
    }

    @Override
    public void axpy(int n, float s, float[] x, int xo, float[] y, int yo) {
        VectorRange.axpy(n, s, x, xo, y, yo);
    }

    @Override
    public float dot(int n, float[] x, int xo, float[] y, int yo) {
        return VectorDots.dot(n, x, xo, y, yo);
    }

    @Override
    public double sum(int n, float[] x, int xo) {
        return VectorDots.sum(n, x, xo);
    }

    @Override
    public float max(int n, float[] x, int xo) {
        return VectorRange.max(n, x, xo);
    }

    @Override
    public float min(int n, float[] x, int xo) {
        return VectorRange.min(n, x, xo);
    }

    @Override
    public double expSum(int n, float[] x, int xo, float less, float[] y, int yo) {
        return VectorRows.expSum(n, x, xo, less, y, yo);
    }

    @Override
    public double squares(int n, float[] x, int xo, float mean) {
        return VectorRows.squares(n, x, xo, mean);
    }

    @Override
    public void shiftScale(int n, float[] x, int xo, float mean, float scale, float[] y, int yo) {
        VectorRows.shiftScale(n, x, xo, mean, scale, y, yo);
    }

    @Override
    public void shiftScale(
            int n, float[] x, int xo, float mean, float scale, float shift, float least, float[] y, int yo) {
        VectorRows.shiftScale(n, x, xo, mean, scale, shift, least, y, yo);
    }

    @Override
    public void sums(int n, float[] x, int xo, float[] y, int yo, float centre, double[] sums) {
        VectorRows.sums(n, x, xo, y, yo, centre, sums);
    }

    @Override
    public void lessLine(
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
            int zo) {
        VectorRows.lessLine(n, x, xo, mean, y, yo, centre, slope, scale, z, zo);
    }

    @Override
    public void unary(UnaryFn f, int n, float[] x, int xo, float[] y, int yo) {
        VectorUnary.run(f, n, x, xo, y, yo);
    }

    @Override
    public void binary(BinaryFn f, int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        VectorTable.binary(f, n, x, xo, y, yo, z, zo);
    }

    @Override
    public void binary(BinaryFn f, int n, float[] x, int xo, float s, float[] z, int zo) {
        VectorTable.binary(f, n, x, xo, s, z, zo);
    }

    @Override
    public void binary(BinaryFn f, int n, float s, float[] y, int yo, float[] z, int zo) {
        VectorTable.binary(f, n, s, y, yo, z, zo);
    }

    @Override
    public void where(int n, float[] cond, int co, float[] yes, int yesAt, float[] no, int noAt, float[] z, int zo) {
        VectorArithmetic.where(n, cond, co, yes, yesAt, no, noAt, z, zo);
    }

    @Override
    public FusedProgram fuse(BlockProgram program) {
        return FusedProgram.of(program, FloatVector.SPECIES_PREFERRED.length());
    }

    @Override
    public void maxOfFour(int rows, int n, float[] x, int xo, int w, float[] y, int yo, int[] index, int io) {
        if (pool == null) VectorPool.max(rows, n, x, xo, w, y, yo, index, io);
        else pool.max(rows, n, x, xo, w, y, yo, index, io);
    }

    @Override
    public void meanOfFour(int rows, int n, float[] x, int xo, int w, float[] y, int yo) {
        VectorPool.mean(rows, n, x, xo, w, y, yo);
    }
}
