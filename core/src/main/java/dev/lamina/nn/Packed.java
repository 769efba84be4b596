package dev.lamina.nn;

import dev.lamina.DType;
import dev.lamina.Scope;
import dev.lamina.Shape;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.op.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Sequences of different lengths without their padding: the rows of step 0 of all sequences, then those of
/// step 1 of the sequences that have one, and so on, the longest sequence first. A recurrent layer neither
/// computes nor keeps anything for padding then.
///
/// @param rows `[sum of lengths, ...]`
/// @param lengths of each sequence, in the order they were given
public record Packed(Tensor rows, List<Integer> lengths) {
    public Packed {
        lengths = List.copyOf(lengths);
        int total = lengths.stream().mapToInt(Integer::intValue).sum();
        if (rows.shape().rank() == 0 || rows.shape().dim(0) != total)
            throw new ShapeException("packed: lengths " + lengths + " make " + total + " rows, got " + rows.shape());
    }

    /// Takes the padding off `x [batch, time, ...]`.
    ///
    /// @throws ShapeException if the number of lengths is not that of sequences, or a length is not in
    ///     1..time
    public static Packed of(Tensor x, int... lengths) {
        return of("packed", x, false, lengths);
    }

    /// @param timeFirst `x [time, batch, ...]`
    static Packed of(String who, Tensor x, boolean timeFirst, int... lengths) {
        Shape s = x.shape();
        if (s.rank() < 2)
            throw new ShapeException(
                    who + ": expected " + (timeFirst ? "[time, batch, ...]" : "[batch, time, ...]") + ", got " + s);
        int batch = s.dim(timeFirst ? 1 : 0);
        int time = s.dim(timeFirst ? 0 : 1);
        check(who, s, batch, time, lengths);
        Tensor flat = x.reshape(Shape.of(batch * time).concat(s.sub(2, s.rank())));
        var list = Arrays.stream(lengths).boxed().toList();
        return new Packed(flat.gather(0, places(x, list, batch, time, timeFirst)), list);
    }

    private static void check(String who, Shape x, int batch, int time, int... lengths) {
        if (lengths.length != batch)
            throw new ShapeException(
                    who + ": " + lengths.length + " lengths for a batch of " + batch + " sequences, " + x);
        for (int i = 0; i < batch; i++)
            if (lengths[i] < 1 || lengths[i] > time)
                throw new ShapeException(who + ": the length of sequence " + i + " is " + lengths[i]
                        + ", which is not in 1.." + time + ", the steps of " + x
                        + (lengths[i] == 0 ? "; leave an empty sequence out of the batch" : ""));
    }

    /// The lengths that a mask `[batch, time]` stands for, 1 at each step of a sequence and 0 at the padding
    /// that follows it. Waits for the mask to be computed.
    ///
    /// @throws ShapeException if the mask has another shape, or a step follows padding
    public static int[] lengths(Tensor mask, int batch, int time) {
        if (!mask.shape().equals(Shape.of(batch, time)))
            throw new ShapeException("mask: expected " + Shape.of(batch, time) + " for " + batch + " sequences of "
                    + time + " steps, got " + mask.shape());
        double[] m = Scope.call(() -> mask.cast(DType.F32).toDoubles());
        int[] lengths = new int[batch];
        for (int b = 0; b < batch; b++)
            for (int t = 0; t < time; t++) {
                if (m[b * time + t] == 0) continue;
                if (lengths[b] < t)
                    throw new ShapeException("mask: sequence " + b + " has padding at step " + lengths[b]
                            + " and goes on at step " + t + "; padding comes last");
                lengths[b] = t + 1;
            }
        return lengths;
    }

    /// With the padding, which is zero: `[batch, time, ...]`, as many steps as the longest has.
    public Tensor pad() {
        return pad(false, longest());
    }

    Tensor pad(boolean timeFirst, int time) {
        int batch = lengths.size();
        Shape rest = rows.shape().sub(1, rows.shape().rank());
        Tensor flat = rows.scatterAdd(0, places(rows, lengths, batch, time, timeFirst), batch * time);
        return flat.reshape((timeFirst ? Shape.of(time, batch) : Shape.of(batch, time)).concat(rest));
    }

    private int longest() {
        return lengths.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /// The same sequences with other rows.
    Packed with(Tensor other) {
        return new Packed(other, lengths);
    }

    /// How many sequences have each step.
    Steps steps() {
        var sizes = new ArrayList<Integer>();
        for (int t = 0; t < Math.max(1, longest()); t++) {
            int step = t;
            sizes.add((int) lengths.stream().filter(n -> n > step).count());
        }
        return new Steps(sizes, false);
    }

    /// The sequences from the longest to the shortest; the first of equals first.
    private static int[] order(List<Integer> lengths) {
        return IntStream.range(0, lengths.size())
                .boxed()
                .sorted(Comparator.comparing(lengths::get, Comparator.reverseOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /// i32 indices that bring `[batch, ...]` into the order of the rows.
    Tensor order() {
        return indices(rows, order(lengths));
    }

    /// i32 indices that bring it back.
    Tensor original() {
        int[] order = order(lengths);
        int[] back = new int[order.length];
        for (int i = 0; i < order.length; i++) back[order[i]] = i;
        return indices(rows, back);
    }

    /// True if the order of the rows is that of the batch.
    boolean inOrder() {
        return Arrays.equals(order(lengths), IntStream.range(0, lengths.size()).toArray());
    }

    /// Where each row lies in the padded tensor, its first two axes merged.
    private static Tensor places(Tensor like, List<Integer> lengths, int batch, int time, boolean timeFirst) {
        int[] order = order(lengths);
        int[] at = new int[lengths.stream().mapToInt(Integer::intValue).sum()];
        int n = 0;
        for (int t = 0; t < time; t++)
            for (int b : order) if (lengths.get(b) > t) at[n++] = timeFirst ? t * batch + b : b * time + t;
        return indices(like, at);
    }

    private static Tensor indices(Tensor like, int... values) {
        return like.device().with(() -> Tensor.of(values, values.length));
    }
}
