package dev.lamina.data;

import dev.lamina.DataException;
import dev.lamina.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A batch before it is on a device.
record HostBatch(Values inputs, Values targets) {
    Batch upload() {
        return new Batch(inputs.toTensor(), targets.toTensor());
    }

    /// Gathers the samples of a batch; errors name the sample.
    static final class Builder {
        private final int epoch;
        private final List<Long> indices = new ArrayList<>();
        private final List<Values> inputs = new ArrayList<>();
        private final List<Values> targets = new ArrayList<>();

        Builder(int epoch) {
            this.epoch = epoch;
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
            inputs.add(checked("input", s.input(), inputs));
            targets.add(checked("target", s.target(), targets));
        }

        private Values checked(String what, Values v, List<Values> before) {
            if (!before.isEmpty() && !v.spec().equals(before.getFirst().spec()))
                throw new DataException(
                        "data loader: the " + what + " of sample " + indices.getLast() + " is " + v.spec()
                                + ", that of sample " + indices.getFirst() + " in the same batch "
                                + before.getFirst().spec() + "; bring all to one size and type with map");
            return v;
        }

        HostBatch build() {
            return new HostBatch(Values.stack(inputs), Values.stack(targets));
        }
    }
}
