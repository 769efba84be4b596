package dev.lamina.cpu;

/// Axes in another order: `out[i0, i1, ...] = in[...]` where output axis d is input axis `axes[d]`.
///
/// Axes of size 1 are dropped and axes that stay neighbours are merged, so most permutations become one of two
/// loops: runs copied whole where the last axis stays last, otherwise planes transposed in small blocks.
final class Permute {
    /// Side of a block: a line of cache. More rows would fall on the same cache sets where a side is a power of
    /// two.
    private static final int BLOCK = 16;
    /// Elements below which a second thread does not pay.
    private static final int WORK = 1 << 15;

    private final Workers workers;

    Permute(Workers workers) {
        this.workers = workers;
    }

    /// `out[b, j, i] = in[b, i, j]` for in `[batch, rows, columns]`.
    void transpose(int batch, int rows, int columns, float[] in, int io, float[] out, int oo) {
        run(new int[] {batch, rows, columns}, new int[] {0, 2, 1}, in, io, out, oo);
    }

    /// Permutes in of shape `shape`.
    void run(int[] shape, int[] axes, float[] in, int io, float[] out, int oo) {
        var strides = new int[shape.length];
        int total = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            strides[d] = total;
            total *= shape[d];
        }
        if (total == 0) {
            return;
        }
        // output axes from the outside in: size, and step in the input
        var sizes = new int[shape.length];
        var steps = new int[shape.length];
        int rank = 0;
        for (int axis : axes) {
            if (shape[axis] == 1) {
                continue;
            }
            if (rank > 0 && steps[rank - 1] == strides[axis] * shape[axis]) {
                sizes[rank - 1] *= shape[axis];
                steps[rank - 1] = strides[axis];
            } else {
                sizes[rank] = shape[axis];
                steps[rank++] = strides[axis];
            }
        }
        if (rank <= 1) {
            System.arraycopy(in, io, out, oo, total);
        } else if (steps[rank - 1] == 1) {
            runs(rank, sizes, steps, total, in, io, out, oo);
        } else {
            planes(rank, sizes, steps, total, in, io, out, oo);
        }
    }

    private void runs(int rank, int[] sizes, int[] steps, int total, float[] in, int io, float[] out, int oo) {
        int run = sizes[rank - 1];
        workers.loop(total / run, Math.max(1, WORK / run), (from, to) -> {
            for (int item = from; item < to; item++) {
                int source = io + offset(item, rank - 2, -1, sizes, steps);
                int target = oo + item * run;
                if (run >= 16) {
                    System.arraycopy(in, source, out, target, run);
                } else {
                    for (int i = 0; i < run; i++) {
                        out[target + i] = in[source + i];
                    }
                }
            }
        });
    }

    /// Where `item` lies in the input, counted over the axes `0 .. last` without axis `skip`.
    private static int offset(int item, int last, int skip, int[] sizes, int[] steps) {
        int at = 0;
        for (int d = last; d >= 0; d--) {
            if (d != skip) {
                at += item % sizes[d] * steps[d];
                item /= sizes[d];
            }
        }
        return at;
    }

    /// The last axis of the output has step `down` in the input, and axis `inner` of the output is the last of the
    /// input: these two span a plane that is transposed, for every index of the other axes.
    private void planes(int rank, int[] sizes, int[] steps, int total, float[] in, int io, float[] out, int oo) {
        int inner = 0;
        while (steps[inner] != 1) {
            inner++;
        }
        int axis = inner;
        int rows = sizes[axis];
        int columns = sizes[rank - 1];
        int down = steps[rank - 1];
        var targets = new int[rank];
        int size = 1;
        for (int d = rank - 1; d >= 0; d--) {
            targets[d] = size;
            size *= sizes[d];
        }
        int bands = Pack.ceilDiv(rows, BLOCK);
        int planes = total / rows / columns;
        int grain = Math.max(1, WORK / (Math.min(BLOCK, rows) * columns));
        workers.loop(planes * bands, grain, (from, to) -> {
            for (int item = from; item < to; item++) {
                int first = item % bands * BLOCK;
                int source = io + offset(item / bands, rank - 2, axis, sizes, steps) + first;
                int target = oo + offset(item / bands, rank - 2, axis, sizes, targets) + first * targets[axis];
                int count = Math.min(BLOCK, rows - first);
                for (int j = 0; j < columns; j += BLOCK) {
                    int wide = Math.min(BLOCK, columns - j);
                    block(count, wide, in, source + j * down, down, out, target + j, targets[axis]);
                }
            }
        });
    }

    /// `out[i * os + j] = in[j * is + i]`: writes run along the output, as a store costs more than a load.
    private static void block(int rows, int columns, float[] in, int io, int is, float[] out, int oo, int os) {
        for (int i = 0; i < rows; i++) {
            int source = io + i;
            int target = oo + i * os;
            for (int j = 0; j < columns; j++) {
                out[target + j] = in[source + j * is];
            }
        }
    }
}
