package dev.lamina.train;

import dev.lamina.Parameter;
import dev.lamina.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Keeps the losses of some steps on the device and reads them together: a device that runs ahead is waited for
/// only then.
final class LossReader {
    /// A loss that is not finite.
    record Bad(int step, double loss) {}

    private final int every;
    private final List<Parameter> kept = new ArrayList<>();
    private final List<Integer> samples = new ArrayList<>();
    private int step;
    private long count;
    private double sum;
    private double last = Double.NaN;

    LossReader(int every) {
        this.every = every;
    }

    /// Takes the loss of the next step; the first bad one among those that were read now, or null.
    Bad add(Tensor loss, int n) {
        step++;
        if (every == 1) return take(step, loss.item(), n);
        int slot = samples.size();
        if (slot == kept.size()) kept.add(Parameter.buffer(Tensor.zerosLike(loss)));
        kept.get(slot).assign(loss);
        samples.add(n);
        return samples.size() == every ? read() : null;
    }

    /// Reads what has not been read yet.
    Bad read() {
        if (samples.isEmpty()) return null;
        double[] losses = Tensor.concat(
                        0,
                        kept.subList(0, samples.size()).stream()
                                .map(p -> p.value().reshape(1))
                                .toList())
                .toDoubles();
        Bad first = null;
        for (int i = 0; i < losses.length; i++) {
            Bad bad = take(step - losses.length + 1 + i, losses[i], samples.get(i));
            if (first == null) first = bad;
        }
        samples.clear();
        return first;
    }

    private Bad take(int at, double loss, int n) {
        last = loss;
        sum += loss * n;
        count += n;
        return Double.isFinite(loss) ? null : new Bad(at, loss);
    }

    double last() {
        return last;
    }

    int steps() {
        return step;
    }

    /// Samples whose loss was read.
    long samples() {
        return count;
    }

    double mean() {
        return sum / count;
    }
}
