package dev.lamina.text;

import dev.lamina.DataException;
import dev.lamina.Rng;
import dev.lamina.data.Dataset;
import dev.lamina.data.Sample;
import dev.lamina.data.Values;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

/// A text as one long row of tokens, from which a language model learns to tell the next. Samples are
/// windows: input i32 [length], and as target the same row one token later.
public final class Corpus {
    private final int[] tokens;

    private Corpus(int[] tokens) {
        if (tokens.length == 0) throw new DataException("corpus: the text is empty");
        this.tokens = tokens;
    }

    /// @throws DataException if the text is empty
    public static Corpus of(Tokenizer tokenizer, String text) {
        return new Corpus(tokenizer.encode(text));
    }

    /// @throws DataException if there are no tokens
    public static Corpus of(int... tokens) {
        return new Corpus(tokens.clone());
    }

    /// The number of tokens.
    public int size() {
        return tokens.length;
    }

    /// A copy of all tokens.
    public int[] tokens() {
        return tokens.clone();
    }

    /// The beginning, with `fraction` of the tokens, and the rest: to train on and to validate with. Nothing
    /// is drawn, as neighbouring windows of one text are too alike.
    ///
    /// @throws DataException if a part would be empty
    public List<Corpus> split(double fraction) {
        int n = (int) Math.round(fraction * tokens.length);
        if (!(fraction > 0 && fraction < 1) || n == 0 || n == tokens.length)
            throw new DataException("corpus: a fraction of " + fraction + " of " + tokens.length
                    + " tokens leaves one part empty; it must be between 0 and 1");
        return List.of(new Corpus(Arrays.copyOf(tokens, n)), new Corpus(Arrays.copyOfRange(tokens, n, tokens.length)));
    }

    /// Windows one after the other, each beginning where the last ended, such as for validation; a rest that
    /// does not fill one is left out.
    ///
    /// @throws DataException if the text is shorter than a window
    public Dataset windows(int length) {
        return windows(length, length);
    }

    /// Windows that begin every `stride` tokens.
    public Dataset windows(int length, int stride) {
        int last = last(length);
        if (stride < 1) throw new DataException("corpus: the stride must be positive, got " + stride);
        return dataset(last / stride + 1, length, i -> i * stride);
    }

    /// Windows from anywhere, drawn from `Rng.current()` each time they are read, as many in an epoch as lie
    /// side by side in the text. A loader draws others in each epoch.
    ///
    /// @throws DataException if the text is shorter than a window
    public Dataset randomWindows(int length) {
        int last = last(length);
        return dataset(last / length + 1, length, i -> Rng.current().nextInt(last + 1));
    }

    /// The text cut into `rows` equal parts that are read side by side, for truncated backpropagation through
    /// time: in `new DataLoader(streams(rows, length), rows)`, which must not be shuffled, row r of a batch
    /// goes on where row r of the batch before ended, so a model carries its state over. A rest that does not
    /// fill a batch is left out.
    ///
    /// @throws DataException if the text is too short for one batch
    public Dataset streams(int rows, int length) {
        if (rows < 1) throw new DataException("corpus: the number of streams must be positive, got " + rows);
        last(length);
        int part = (tokens.length - 1) / rows;
        int steps = part / length;
        if (steps == 0)
            throw new DataException("corpus: " + tokens.length + " tokens are too few for " + rows + " streams of "
                    + length + ", which need " + ((long) rows * length + 1));
        return dataset(steps * rows, length, i -> i % rows * part + i / rows * length);
    }

    /// Where the last window begins.
    private int last(int length) {
        if (length < 1) throw new DataException("corpus: the length of a window must be positive, got " + length);
        if (tokens.length <= length)
            throw new DataException("corpus: " + tokens.length + " token(s) are too few for a window of " + length
                    + ", which needs " + (length + 1L) + " with its last target");
        return tokens.length - 1 - length;
    }

    private Dataset dataset(int size, int length, IntUnaryOperator start) {
        return new Dataset() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Sample get(int index) {
                int from = start.applyAsInt(Objects.checkIndex(index, size));
                return new Sample(window(from, length), window(from + 1, length));
            }
        };
    }

    private Values window(int from, int length) {
        return Values.of(Arrays.copyOfRange(tokens, from, from + length), length);
    }
}
