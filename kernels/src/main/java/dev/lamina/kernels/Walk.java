package dev.lamina.kernels;

import static java.util.Collections.nCopies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How an index into a space of `sizes` (row-major) leads to the elements of several tensors: element
/// `sum(coordinate[a] * strides[t][a])` of tensor t. A stride of 0 broadcasts, a negative one reverses.
/// Axes that every tensor walks alike are merged, so that most walks end with one axis.
public final class Walk {
    /// Axes that a kernel with a general walk takes.
    static final int MOST_RANK = 8;

    private final int[] sizes;
    private final int[][] strides;
    private final boolean general;

    private Walk(int[] sizes, int[][] strides) {
        this(sizes, strides, false);
    }

    private Walk(int[] sizes, int[][] strides, boolean general) {
        this.sizes = sizes;
        this.strides = strides;
        this.general = general;
    }

    /// @param strides one array per tensor, as long as `sizes`
    static Walk of(int[] sizes, int[]... strides) {
        int rank = 0;
        int[] d = new int[sizes.length];
        int[][] s = new int[strides.length][sizes.length];
        for (int a = 0; a < sizes.length; a++) {
            if (sizes[a] == 1) continue;
            if (rank > 0 && follows(s, strides, rank - 1, a, sizes[a])) d[rank - 1] *= sizes[a];
            else d[rank++] = sizes[a];
            for (int t = 0; t < s.length; t++) s[t][rank - 1] = strides[t][a];
        }
        if (rank == 0) return new Walk(new int[] {1}, one(strides.length));
        int[][] cut = new int[s.length][];
        for (int t = 0; t < s.length; t++) cut[t] = Arrays.copyOf(s[t], rank);
        return new Walk(Arrays.copyOf(d, rank), cut);
    }

    private static boolean follows(int[][] merged, int[][] strides, int last, int axis, int size) {
        for (int t = 0; t < merged.length; t++) if (merged[t][last] != strides[t][axis] * size) return false;
        return true;
    }

    /// A single element is the contiguous case, whose kernel every program has.
    private static int[][] one(int tensors) {
        int[][] s = new int[tensors][1];
        for (int[] t : s) t[0] = 1;
        return s;
    }

    int rank() {
        return sizes.length;
    }

    /// The rank of the closed set that a walk of this rank is padded to.
    static int closedRank(int rank) {
        for (int r : Structure.CLOSED_RANKS) if (r >= rank) return r;
        throw new KernelException("a walk over " + rank + " axes that do not merge; the most is " + MOST_RANK);
    }

    /// The same walk with a structure out of a small set, so that kernels can be made ahead of time: beyond one
    /// axis, `rank` axes (those in front of size 1) whose strides are all arguments.
    Walk closed(int rank) {
        if (rank == 1) return this;
        int pad = rank - sizes.length;
        int[] d = new int[rank];
        int[][] s = new int[strides.length][rank];
        Arrays.fill(d, 0, pad, 1);
        System.arraycopy(sizes, 0, d, pad, sizes.length);
        for (int t = 0; t < s.length; t++) System.arraycopy(strides[t], 0, s[t], pad, sizes.length);
        return new Walk(d, s, true);
    }

    int size(int axis) {
        return sizes[axis];
    }

    int stride(int tensor, int axis) {
        return strides[tensor][axis];
    }

    /// True if items that take `width` neighbours may load and store them as one vector: along the last
    /// axis each tensor is contiguous or constant, and every vector begins at a multiple of `width`.
    boolean vectors(int width) {
        int last = sizes.length - 1;
        if (last > 0 && sizes[last] % width != 0) return false;
        for (int[] t : strides) {
            if (t[last] != 0 && t[last] != 1) return false;
            if (t[last] == 1) for (int a = 0; a < last; a++) if (t[a] % width != 0) return false;
        }
        return true;
    }

    /// What of the walk is compiled in: the rank, and which strides are 0 or 1.
    Structure structure() {
        var codes = new ArrayList<List<Step>>();
        for (int[] t : strides) codes.add(Arrays.stream(t).mapToObj(this::step).toList());
        return new Structure(codes, sizes.length);
    }

    private Step step(int stride) {
        return general ? Step.ARGUMENT : stride == 0 ? Step.NONE : stride == 1 ? Step.ONE : Step.ARGUMENT;
    }

    /// The arguments for the parameters that `Structure.parameters` declares.
    void arguments(List<Object> to) {
        for (int a = 1; a < sizes.length; a++) to.add(sizes[a]);
        for (int[] t : strides) for (int s : t) if (step(s) == Step.ARGUMENT) to.add(s);
    }

    /// The arguments for the parameters that `Structure.divisors` names.
    void divisors(List<Object> to) {
        for (int a = 1; a < sizes.length; a++) {
            var d = Divisor.of(sizes[a]);
            to.add(d.multiplier());
            to.add(d.shift());
        }
    }

    /// A stride as it is compiled in: 0, 1, or an argument of the kernel.
    public enum Step {
        NONE,
        ONE,
        ARGUMENT
    }

    /// What of a walk is compiled in.
    ///
    /// @param steps one list per tensor, one step per axis
    public record Structure(List<List<Step>> steps, int rank) {
        static final int[] CLOSED_RANKS = {1, 2, 4, MOST_RANK};

        /// The structures that `Walk.closed` gives walks of this rank and number of tensors, none of them
        /// broadcast.
        static List<Structure> closed(int rank, int tensors) {
            if (rank > 1) return List.of(new Structure(nCopies(tensors, nCopies(rank, Step.ARGUMENT)), rank));
            List<List<List<Step>>> all = List.of(List.of());
            for (int t = 0; t < tensors; t++)
                all = all.stream()
                        .flatMap(before -> Stream.of(Step.ONE, Step.ARGUMENT)
                                .map(s -> Stream.concat(before.stream(), Stream.of(List.of(s)))
                                        .toList()))
                        .toList();
            return all.stream().map(s -> new Structure(s, 1)).toList();
        }

        /// The parameters' names, such as `kd1`, `ks0_0`: sizes from axis 1 on, then the strides that are
        /// neither 0 nor 1.
        public List<String> names(String prefix) {
            var names = new ArrayList<String>();
            for (int a = 1; a < rank; a++) names.add(prefix + "d" + a);
            for (int t = 0; t < steps.size(); t++)
                for (int a = 0; a < rank; a++)
                    if (steps.get(t).get(a) == Step.ARGUMENT) names.add(stride(prefix, t, a));
            return names;
        }

        /// `, int kd1, int ks0_0`.
        String parameters(String prefix) {
            return names(prefix).stream().map(p -> ", int " + p).collect(Collectors.joining());
        }

        /// More parameters' names, `m1`, `h1`: multiplier and shift of the sizes from axis 1 on, for kernels that
        /// divide by them so.
        public List<String> divisors() {
            return IntStream.range(1, rank)
                    .boxed()
                    .flatMap(a -> Stream.of("m" + a, "h" + a))
                    .toList();
        }

        /// The element of `tensor` that belongs to index `i` of the space.
        String at(String prefix, int tensor, String i) {
            return at(prefix, tensor, a -> coordinate(prefix, a, i));
        }

        /// The same from names of the coordinates.
        String at(String prefix, int tensor, IntFunction<String> coordinates) {
            var terms = new ArrayList<String>();
            for (int a = 0; a < rank; a++) {
                switch (steps.get(tensor).get(a)) {
                    case NONE -> {}
                    case ONE -> terms.add(coordinates.apply(a));
                    case ARGUMENT -> terms.add(coordinates.apply(a) + " * " + stride(prefix, tensor, a));
                }
            }
            return terms.isEmpty() ? "0" : "(" + String.join(" + ", terms) + ")";
        }

        /// True if `tensor` is the same for all neighbours along the last axis.
        public boolean constant(int tensor) {
            return steps.get(tensor).getLast() == Step.NONE;
        }

        private String coordinate(String prefix, int axis, String i) {
            var s = new StringBuilder("(" + i + ")");
            for (int a = rank - 1; a > axis; a--)
                s.append(" / ").append(prefix).append('d').append(a);
            if (axis > 0) s.append(" % ").append(prefix).append('d').append(axis);
            return s.toString();
        }

        private static String stride(String prefix, int tensor, int axis) {
            return prefix + 's' + tensor + '_' + axis;
        }
    }
}
