package dev.lamina.cpu;

/// One axis of a convolution as a lattice whose position `r` reads source planes at `r + shift(i)` for kernel
/// place i.
///
/// Forward, a source with stride s is dealt out into s planes, plane `a` holding the lines `a, a + s, ...`: the
/// step from one output to the next is then one line of one plane. The adjoint is the mirror image: its source
/// is whole and its outputs lie on s interleaved lattices, each reached by its own kernel places.
///
/// - `size`: lattice positions; `margin`: the largest shift
/// - `split` source planes: position r of plane a is source line `r * split + a + origin`
/// - `weave` output lattices: position r of lattice a is output line `r * weave + a + target`
record Axis(
        boolean adjoint, int size, int margin, int split, int origin, int weave, int target, int stride, int dilation) {
    /// y from x.
    static Axis forward(int out, int kernel, int stride, int dilation, int before) {
        return new Axis(false, out, (kernel - 1) * dilation / stride, stride, -before, 1, 0, stride, dilation);
    }

    /// x from y: place i sends output line q to input line `q * stride + i * dilation - before`. So with
    /// `i * dilation = e * stride + a`, input line `p * stride + a - before` gathers line `q = p - e`.
    static Axis adjoint(int in, int kernel, int stride, int dilation, int before) {
        int first = before / stride;
        int margin = (kernel - 1) * dilation / stride;
        int size = (in - 1 + before) / stride - first + 1;
        return new Axis(true, size, margin, 1, first - margin, stride, first * stride - before, stride, dilation);
    }

    /// Lines of a plane that serves `rows` positions.
    int lines(int rows) {
        return rows + margin;
    }

    int shift(int i) {
        int lines = i * dilation / stride;
        return adjoint ? margin - lines : lines;
    }

    /// The source plane that place i reads.
    int plane(int i) {
        return adjoint ? 0 : phase(i);
    }

    /// The source line that position 0 sees at place i.
    int seen(int i) {
        return plane(i) + shift(i) * split + origin;
    }

    /// The source plane that place i reads (forward), or the output lattice it reaches (adjoint).
    int phase(int i) {
        return i * dilation % stride;
    }
}
