package dev.lamina.nn;

import dev.lamina.IndexException;
import dev.lamina.IntRange;
import dev.lamina.LaminaException;
import dev.lamina.Tensor;

/// Checks the labels of CTC that came from the host, and that its sequences are long enough for them.
final class CtcCheck {
    private CtcCheck() {}

    /// Reads the labels only if their known ranges leave a doubt: a device that runs ahead is not waited for.
    ///
    /// @param tooShort whether a sequence may have too few steps
    static void feasible(
            String name, Tensor labels, Tensor lengths, Tensor labelLengths, int classes, int blank, boolean tooShort) {
        IntRange label = IntRange.known(labels).orElse(null);
        IntRange steps = IntRange.known(lengths).orElse(null);
        IntRange count = IntRange.known(labelLengths).orElse(null);
        if (label == null || count == null || label.min() > label.max()) return;
        boolean labelsFit = label.min() >= 0 && label.max() < classes && (blank < label.min() || blank > label.max());
        // Even if all labels were equal, 2 * s - 1 steps are enough.
        boolean longEnough = tooShort || steps == null || steps.min() >= 2 * count.max() - 1;
        if (labelsFit && longEnough) return;
        int[] all = labels.toInts();
        int[] counts = labelLengths.toInts();
        int[] have = longEnough ? null : lengths.toInts();
        int s = labels.shape().dim(1);
        for (int i = 0; i < counts.length; i++) {
            int repeats = 0;
            for (int j = 0; j < counts[i]; j++) {
                int l = all[i * s + j];
                String where = name + ": label " + l + " at position [" + i + ", " + j + "] is ";
                if (l < 0 || l >= classes) throw new IndexException(where + "outside 0.." + (classes - 1));
                if (l == blank) throw new IndexException(where + "the blank, which is not a label");
                if (j > 0 && l == all[i * s + j - 1]) repeats++;
            }
            if (longEnough) continue;
            if (have[i] < counts[i] + repeats)
                throw new LaminaException(
                        name + ": sequence " + i + " has " + have[i] + " step(s), but its " + counts[i]
                                + " labels, " + repeats + " of them like the one before, need " + (counts[i] + repeats)
                                + "; leave it out, or let it count nothing with zeroInfinity()");
        }
    }
}
