package dev.lamina.data;

import dev.lamina.DataException;
import dev.lamina.Rng;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A batch before it is on a device; lengths are null where nothing was padded.
record HostBatch(Values inputs, Values targets, Values lengths, Values targetLengths) {
    Batch upload() {
        return new Batch(inputs.toTensor(), targets.toTensor(), tensor(lengths), tensor(targetLengths));
    }

    private static Tensor tensor(Values v) {
        return v == null ? null : v.toTensor();
    }

    /// Gathers the samples of a batch; errors name the sample.
    static final class Builder {
        private final int epoch;
        private final Padding padding;
        private final List<Long> indices = new ArrayList<>();
        private final List<Values> inputs = new ArrayList<>();
        private final List<Values> targets = new ArrayList<>();

        Builder(int epoch, Padding padding) {
            this.epoch = epoch;
            this.padding = padding;
        }

        int size() {
            return indices.size();
        }

        /// What `read` gives, with errors named.
        Sample read(long index, Rng rng, Supplier<Sample> read) {
            try {
                return rng.with(read);
            } catch (RuntimeException e) {
                throw new DataException(
                        "data loader: sample " + index + " of epoch " + epoch + ": " + e.getMessage(), e);
            }
        }

        void add(long index, Sample s) {
            if (s == null) throw new DataException("data loader: sample " + index + " of epoch " + epoch + " is null");
            indices.add(index);
            inputs.add(checked("input", s.input(), inputs, padding.inputs()));
            targets.add(checked("target", s.target(), targets, padding.targets()));
            if (padding.inputs() && s.input().size() == 0)
                throw new DataException("data loader: the input of sample " + index + " has length 0, "
                        + s.input().spec() + "; leave empty sequences out, or end each with a token");
        }

        /// Equal in all sizes, or in all but the first where that is padded.
        private Values checked(String what, Values v, List<Values> before, boolean padded) {
            if (padded) {
                if (v.shape().rank() == 0)
                    throw new DataException("data loader: the " + what + " of sample " + indices.getLast() + " is "
                            + v.spec() + ", without an axis to pad; pad inputs alone with pad(value)");
                if (before.isEmpty() || Padding.fits(v, before.getFirst())) return v;
                throw new DataException("data loader: the " + what + " of sample " + indices.getLast() + " is "
                        + v.spec() + ", that of sample " + indices.getFirst() + " in the same batch "
                        + before.getFirst().spec() + "; only the first axis is padded, all else must be equal");
            }
            if (!before.isEmpty() && !v.spec().equals(before.getFirst().spec()))
                throw new DataException(
                        "data loader: the " + what + " of sample " + indices.getLast() + " is " + v.spec()
                                + ", that of sample " + indices.getFirst() + " in the same batch "
                                + before.getFirst().spec() + "; bring all to one size and type with map or pad(...)");
            return v;
        }

        HostBatch build() {
            return new HostBatch(
                    padding.inputs() ? padding.stack(inputs, padding.input()) : Values.stack(inputs),
                    padding.targets() ? padding.stack(targets, padding.target()) : Values.stack(targets),
                    padding.inputs() ? Padding.lengths(inputs) : null,
                    padding.targets() ? Padding.lengths(targets) : null);
        }
    }
}
