package dev.lamina.data;

import dev.lamina.DataException;
import java.util.Objects;

/// Samples that lie side by side in memory.
record MemoryDataset(Values inputs, Values targets) implements Dataset {
    MemoryDataset {
        if (inputs.shape().rank() == 0 || targets.shape().rank() == 0)
            throw new DataException("dataset: the first axis must be that of samples, got inputs " + inputs.spec()
                    + " and targets " + targets.spec());
        if (inputs.shape().dim(0) != targets.shape().dim(0))
            throw new DataException("dataset: " + inputs.shape().dim(0) + " inputs " + inputs.shape() + ", but "
                    + targets.shape().dim(0) + " targets " + targets.shape());
    }

    @Override
    public int size() {
        return inputs.shape().dim(0);
    }

    @Override
    public Sample get(int index) {
        Objects.checkIndex(index, size());
        return new Sample(inputs.at(index), targets.at(index));
    }
}
