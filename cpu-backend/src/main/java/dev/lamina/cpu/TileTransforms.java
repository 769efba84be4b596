package dev.lamina.cpu;

/// The transforms of Winograd's convolution F(4 x 4, 3 x 3) and their adjoints, for a vector of [#lanes] channels at a
/// time, whose numbers lie side by side. A tile of sources is 6 x 6, of results 4 x 4, a weight 3 x 3; in the
/// transformed domain each is 6 x 6, point (i, j) of it `(6 i + j) * step` floats after the first.
///
/// In one dimension, 4 results of 6 sources and 3 weights are `A' [(G w) * (B' s)]`: the product of two polynomials by
/// their values at 0, +-3/4, +-3/2 and infinity (Toom and Cook; Winograd 1980; Lavin and Gray 2016). Two dimensions
/// apply each matrix from both sides. With these points rounding errors are twice those of the direct sum, with the
/// usual
/// 0, +-1, +-2 four times; all constants of A and B are exact floats.
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

    /// `B' s B`.
    void source(float[] s, int from, int row, float[] to, int first, int step, float[] work);

    /// `G w G'` of nine weights, `place` floats from one to the next.
    void weight(float[] w, int from, int place, float[] to, int first, int step, float[] work);

    /// `A' m A` and a vector of biases; gives 0, or NaN if a sum without its bias is not finite.
    float result(float[] m, int from, int step, float[] bias, int bo, float[] to, int first, int row, float[] work);

    /// `A r A'` of gradients of results.
    void resultAdjoint(float[] r, int from, int row, float[] to, int first, int step, float[] work);

    /// `G' u G`, nine gradients of weights side by side.
    void weightAdjoint(float[] u, int from, int step, float[] to, int first, float[] work);
}
