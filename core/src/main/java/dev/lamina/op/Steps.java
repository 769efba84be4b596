package dev.lamina.op;

import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Sequences side by side, step by step: the rows of step t are those of the first `sizes[t]` sequences, and
/// the rows of all steps lie one after the other. The longest sequence comes first, so that those which go on
/// are always the first rows of the step before: nothing is computed, nor kept, for a sequence that has
/// ended.
///
/// @param sizes how many sequences have a step t: never more than at the step before
/// @param backwards from the last step of each sequence to its first
public record Steps(List<Integer> sizes, boolean backwards) {
    public Steps {
        sizes = List.copyOf(sizes);
        if (sizes.isEmpty()) throw new ShapeException("steps: there must be a step");
        for (int t = 0; t < sizes.size(); t++)
            if (sizes.get(t) < 0 || t > 0 && sizes.get(t) > sizes.get(t - 1))
                throw new ShapeException("steps: no step may have more sequences than the one before, got " + sizes);
    }

    /// `batch` sequences of equal length.
    public static Steps of(int time, int batch) {
        return new Steps(Collections.nCopies(time, batch), false);
    }

    /// The same sequences in the other order.
    public Steps reversed() {
        return new Steps(sizes, !backwards);
    }

    public int count() {
        return sizes.size();
    }

    /// Sequences.
    public int batch() {
        return sizes.getFirst();
    }

    /// Rows of all steps together.
    public int rows() {
        return sizes.stream().mapToInt(Integer::intValue).sum();
    }

    /// The first row of each step.
    int[] starts() {
        int[] from = new int[count()];
        for (int t = 1; t < from.length; t++) from[t] = from[t - 1] + sizes.get(t - 1);
        return from;
    }

    /// The step that is taken as number `k`.
    public int at(int k) {
        return backwards ? count() - 1 - k : k;
    }

    /// The step before t in the order they are taken, or -1.
    private int before(int t) {
        int u = backwards ? t + 1 : t - 1;
        return u < count() ? u : -1;
    }

    /// The step after t in the order they are taken, or -1.
    private int after(int t) {
        int u = backwards ? t - 1 : t + 1;
        return u < count() ? u : -1;
    }

    /// The states that step t begins with: those after the step before it, and for sequences that begin here
    /// (the shorter ones, backwards) the initial ones.
    ///
    /// @param states after each step; those of earlier steps are there
    public Tensor previous(int t, List<Tensor> states, Tensor initial) {
        int u = before(t);
        int n = sizes.get(t);
        if (u < 0) return rows(initial, 0, n, 0);
        int m = sizes.get(u);
        if (m >= n) return rows(states.get(u), 0, n, 0);
        return Tensor.concat(0, List.of(states.get(u), rows(initial, m, n, 0)));
    }

    /// The state of each sequence after its last step.
    public Tensor last(List<Tensor> states) {
        return backwards ? states.getFirst() : ends(states, 0);
    }

    /// The gradient with respect to the states after step t, from that with respect to the states that the
    /// next step begins with, and for sequences that end here from that with respect to the final states.
    Tensor leaving(int t, List<Tensor> begins, Tensor last, int axis) {
        int u = after(t);
        int n = sizes.get(t);
        if (u < 0) return rows(last, 0, n, axis);
        int m = sizes.get(u);
        if (m >= n) return rows(begins.get(u), 0, n, axis);
        return Tensor.concat(axis, List.of(begins.get(u), rows(last, m, n, axis)));
    }

    /// The gradient with respect to the initial states, from that with respect to the states that each step
    /// begins with.
    Tensor initial(List<Tensor> begins, int axis) {
        return backwards ? ends(begins, axis) : begins.getFirst();
    }

    /// Of each sequence the row at its highest step.
    private Tensor ends(List<Tensor> byStep, int axis) {
        var parts = new ArrayList<Tensor>();
        int done = 0;
        for (int t = count() - 1; t >= 0; t--) {
            if (sizes.get(t) > done || t == 0 && parts.isEmpty())
                parts.add(rows(byStep.get(t), done, sizes.get(t), axis));
            done = sizes.get(t);
        }
        return parts.size() == 1 ? parts.getFirst() : Tensor.concat(axis, parts);
    }

    private static Tensor rows(Tensor x, int from, int to, int axis) {
        return from == 0 && to == x.shape().dim(axis) ? x : x.slice(axis, from, to);
    }
}
