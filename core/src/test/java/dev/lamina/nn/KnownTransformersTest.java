package dev.lamina.nn;

import static dev.lamina.nn.Known.pattern;
import static dev.lamina.nn.Known.s;

import dev.lamina.Tensor;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Attention and Transformer layers against PyTorch 2.7, whose numbers
/// `benchmarks/peers/run fixtures attention` prints.
class KnownTransformersTest {
    private static final int[] WIDE = s(2, 5, 6);
    private static final int[] NARROW = s(2, 3, 4);

    /// Sums of the output, of the gradient of the input, and of each parameter's.
    private static final double[] ATTENTION = {
        1.360160676, 4.514286961, 9.011245474, -0.006780575747, -3.330224899, 2.422641410
    };
    private static final double[] CAUSAL = {
        1.182380617, 4.254759267, 7.092126664, 0.01088319548, -3.284742716, 2.422641410
    };
    private static final double[] ENCODER = {
        -0.3985821091,
        -0.6121569017,
        0.06115795884,
        -0.3616277462,
        0.1855786238,
        0.06943202051,
        -1.462425979,
        0.1780080070,
        0.9192550306,
        -0.1324616656,
        -0.6694380884,
        -0.2898972909,
        -1.686719579,
        1.732748290
    };
    private static final double[] ENCODER_FIRST = {
        10.05732230,
        11.30464691,
        -0.007258968740,
        -0.2876737119,
        0.05783628086,
        1.824353711,
        -0.2644582034,
        0.05538349101,
        -0.5160286040,
        1.732748290,
        0.1007387195,
        -0.1341762412,
        -0.09671449878,
        -0.5172539329
    };
    private static final double[] DECODER = {
        0.4468726020,
        0.008009919183,
        -0.1665561631,
        -0.04134705149,
        0.08396760138,
        -0.03374614136,
        0.002114413634,
        0.005766297312,
        0.03609688552,
        -0.02203821206,
        -0.03088633863,
        0.1377089178,
        -0.1132713479,
        0.1393289835,
        0.05691782103,
        -0.03162861414,
        -0.8120469535,
        0.2635754483,
        -0.8704600898,
        1.732748290
    };

    /// A decoder layer whose memory is given.
    private record Reading(TransformerDecoderLayer layer, Tensor memory) implements Layer {
        @Override
        public Tensor apply(Tensor x) {
            return layer.decode(x, memory);
        }

        @Override
        public SequencedMap<String, Layer> children() {
            return layer.children();
        }
    }

    @Test
    void attention() {
        Known.layer(() -> new MultiHeadAttention(6, 3), WIDE, WIDE, ATTENTION);
    }

    @Test
    void causalAttention() {
        Known.layer(() -> new MultiHeadAttention(6, 3).causal(), WIDE, WIDE, CAUSAL);
    }

    @Test
    void encoderLayer() {
        Known.layer(() -> new TransformerEncoderLayer(4, 2, 6), NARROW, NARROW, ENCODER);
    }

    @Test
    void encoderLayerThatNormalisesFirst() {
        Known.layer(() -> new TransformerEncoderLayer(4, 2, 6).normFirst(), NARROW, NARROW, ENCODER_FIRST);
    }

    @Test
    void decoderLayer() {
        Known.layer(
                () -> new Reading(new TransformerDecoderLayer(4, 2, 6), pattern(0.6, 2, 5, 4)),
                NARROW,
                NARROW,
                DECODER);
    }
}
