package dev.lamina.data;

import dev.lamina.DataException;
import java.lang.reflect.Array;
import java.util.List;

/// How samples whose first axis differs in size are brought to one size: with values after their end.
///
/// @param input the value for inputs; null leaves them alone
/// @param target the value for targets; null leaves them alone
/// @param multiple of which the padded size is one: fewer different sizes are fewer compiled kernels
record Padding(Double input, Double target, int multiple) {
    static final Padding NONE = new Padding(null, null, 1);

    Padding {
        if (multiple < 1)
            throw new DataException("data loader: padding must be to a positive multiple, got " + multiple);
    }

    boolean inputs() {
        return input != null;
    }

    boolean targets() {
        return target != null;
    }

    static boolean fits(Values v, Values first) {
        return v.dtype() == first.dtype()
                && v.shape().rank() == first.shape().rank()
                && v.shape().remove(0).equals(first.shape().remove(0));
    }

    static Values lengths(List<Values> all) {
        return Values.of(all.stream().mapToInt(v -> v.shape().dim(0)).toArray(), all.size());
    }

    /// [n, t, ...] with the largest t, rounded up.
    Values stack(List<Values> all, double value) {
        Values first = all.getFirst();
        int longest = all.stream().mapToInt(v -> v.shape().dim(0)).max().orElseThrow();
        int t = Math.multiplyExact(Math.ceilDiv(longest, multiple), multiple);
        int step = Math.toIntExact(first.shape().remove(0).size());
        int row = Math.multiplyExact(t, step);
        Object out = first.make(Math.multiplyExact(all.size(), row));
        for (int i = 0; i < all.size(); i++) {
            int n = all.get(i).size();
            System.arraycopy(all.get(i).array(), 0, out, i * row, n);
            fill(out, i * row + n, (i + 1) * row, value);
        }
        return first.with(out, first.shape().with(0, t).insert(0, all.size()).dims());
    }

    private static void fill(Object array, int from, int to, double value) {
        if (value == 0) return; // as new arrays are
        for (int i = from; i < to; i++)
            switch (array) {
                case float[] f -> f[i] = (float) value;
                case double[] d -> d[i] = value;
                case int[] v -> v[i] = (int) value;
                case byte[] b -> b[i] = (byte) value;
                default -> Array.set(array, i, value);
            }
    }
}
