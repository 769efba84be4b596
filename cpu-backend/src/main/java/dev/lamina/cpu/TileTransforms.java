package dev.lamina.cpu;

/// The transforms of Winograd's convolution F(4 x 4, 3 x 3) and their adjoints, for a vector of [#lanes] channels at a
/// time, whose numbers lie side by side. A tile of sources is 6 x 6, of results 4 x 4, a weight 3 x 3; in the
/// transformed domain each is 6 x 6, point (i, j) of it `(6 i + j) * step` floats after the first.
///
/// In one dimension, 4 results of 6 sources and 3 weights are `A' [(G w) * (B' s)]`: the product of two polynomials
/// by their values at 0, +-3/4, +-3/2 and infinity (Toom and Cook; Winograd 1980; Lavin and Gray 2016). Two
/// dimensions apply each matrix from both sides. With these points rounding errors are twice those of the direct
/// sum, with the usual 0, +-1, +-2 four times; all constants of A and B are exact floats.
///
/// Rows of tiles are `row` floats apart; `work` is scratch of [#work] floats.
interface TileTransforms {
    /// Points of the transformed domain.
    int POINTS = 36;

    /// Rows and columns of results in a tile.
    int RESULT = 4;

    /// Rows and columns of sources that a tile reads.
    int SOURCE = 6;

    /// Places of the kernel.
    int PLACES = 9;

    /// Channels of one call.
    int lanes();

    /// Floats of scratch.
    default int work() {
        return POINTS * lanes();
    }

    /// Brings `k` pixels of [#lanes] planes together: `to[t + p * lanes + c] = from[fo + c * plane + p]`. May write as
    /// many pixels more as there are lanes.
    void together(int k, float[] from, int fo, int plane, float[] to, int t, float[] work);

    /// The way back.
    void apart(int k, float[] from, int fo, float[] to, int t, int plane, float[] work);

    /// `B' s B` of so many tiles: tile t begins at `from[t]`, its first point lies at `first + t * next`.
    void source(int tiles, float[] s, int[] from, int row, float[] to, int first, int next, int step, float[] work);

    /// `G w G'` of nine weights, `place` floats from one to the next.
    void weight(float[] w, int from, int place, float[] to, int first, int step, float[] work);

    /// `A' m A` of so many tiles, which begin `next` floats apart and come to lie side by side; gives 0, or NaN if a
    /// result is not finite.
    float result(int tiles, float[] m, int from, int next, int step, float[] to, int row, float[] work);

    /// Adds the channels of one pixel to each of `count` pixels from the first on.
    void add(int count, float[] to, float[] pixel);

    /// `A r A'` of gradients of results, as for [#source].
    void resultAdjoint(
            int tiles, float[] r, int[] from, int row, float[] to, int first, int next, int step, float[] work);

    /// `G' u G`, nine gradients of weights side by side.
    void weightAdjoint(float[] u, int from, int step, float[] to, int first, float[] work);
}
