package dev.lamina.cpu;

/// The innermost loop of every matrix product: a block of C, `rows` by `columns`, kept in registers while `k`
/// runs.
///
/// The sums begin as what lies at `s[so + i * lds]`, which may be C itself, or as zeros where `s` is null. Every
/// accumulator is a local variable of its own: through an array C2 would put each on the heap (85 down to
/// 2.4 GFLOP/s). [TileCode] writes the implementations.
interface Tile {
    int rows();

    int columns();

    /// C tile = S tile + left panel `a[ao + p * rows + i]` times right panel `b[bo + p * columns + j]`.
    void packed(int k, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc);

    /// C tile = S tile + left panel times rows of `b` that begin at `bo + at[p]`.
    void at(
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
            int ldc);

    /// C tile = S tile + rows of `a` that begin at `ao + at[first + i]` times right panel.
    void rows(
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
            int ldc);

    /// C tile = S tile + columns of `a`, `a[ao + p * step + i]`, times right panel.
    void turned(
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
            int ldc);

    /// C tile = S tile + A times B where they lie: `a[ao + i * down + p * along]` times `b[bo + p * ldb + j]`.
    void strided(
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
            int ldc);
}
