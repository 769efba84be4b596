package dev.lamina.text;

import dev.lamina.LaminaException;
import dev.lamina.Rng;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// How the next token is chosen from scores: `Sampling.temperature(0.8).topK(40).topP(0.95)`. First the
/// scores are divided by the temperature; then all but the k best are left out; then all but the fewest that
/// have probability p together ("nucleus", Holtzman et al. 2020); then one is drawn. Of equal scores the
/// lower token comes first.
///
/// @param temperature 0 takes the best token; 1 draws from the model's own distribution
/// @param k the most tokens to draw from
/// @param p in (0, 1]; 1 leaves none out
public record Sampling(double temperature, int k, double p) {
    public Sampling {
        if (!(temperature >= 0 && Double.isFinite(temperature)))
            throw new LaminaException("sampling: the temperature must be 0 or more, got " + temperature);
        if (k < 1) throw new LaminaException("sampling: k must be positive, got " + k);
        if (!(p > 0 && p <= 1)) throw new LaminaException("sampling: p must be in (0, 1], got " + p);
    }

    /// Always the best token.
    public static Sampling greedy() {
        return temperature(0);
    }

    /// Draws; below 1 the likely becomes likelier.
    public static Sampling temperature(double temperature) {
        return new Sampling(temperature, Integer.MAX_VALUE, 1);
    }

    /// Only the `k` best tokens.
    public Sampling topK(int k) {
        return new Sampling(temperature, k, p);
    }

    /// Only the fewest tokens that have probability `p` together.
    public Sampling topP(double p) {
        return new Sampling(temperature, k, p);
    }

    /// Chooses a token by its logarithm of probability.
    ///
    /// @throws LaminaException if no token is possible
    public int choose(double[] logProbabilities, Rng rng) {
        int best = 0;
        for (int i = 1; i < logProbabilities.length; i++) if (logProbabilities[i] > logProbabilities[best]) best = i;
        double top = logProbabilities[best];
        if (!(top > Double.NEGATIVE_INFINITY))
            throw new LaminaException("sampling: none of " + logProbabilities.length + " tokens is possible");
        if (temperature == 0) return best;
        double[] weight = Arrays.stream(logProbabilities)
                .map(l -> Math.exp((l - top) / temperature))
                .toArray();
        int[] among = k < weight.length || p < 1
                ? kept(weight)
                : IntStream.range(0, weight.length).toArray();
        double sum = 0;
        for (int i : among) sum += weight[i];
        double draw = rng.nextFloat() * sum;
        for (int i : among) {
            draw -= weight[i];
            if (draw < 0) return i;
        }
        return best; // rounding left a rest
    }

    /// The tokens to draw from, the likeliest first.
    private int[] kept(double[] weight) {
        int[] order = IntStream.range(0, weight.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -weight[i]))
                .limit(k)
                .mapToInt(i -> i)
                .toArray();
        double sum = Arrays.stream(order).mapToDouble(i -> weight[i]).sum();
        double have = 0;
        int n = 0;
        while (n < order.length && (n == 0 || have < p * sum)) have += weight[order[n++]];
        return p == 1 ? order : Arrays.copyOf(order, n);
    }
}
