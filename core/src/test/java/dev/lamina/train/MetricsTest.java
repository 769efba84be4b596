package dev.lamina.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lamina.DataException;
import dev.lamina.Device;
import dev.lamina.ShapeException;
import dev.lamina.Tensor;
import dev.lamina.testing.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Device DEVICE = Reference.device();
    /// Predicts 2, 0, 1, 0.
    private static final float[] SCORES = {
        0.1f, 0.2f, 0.7f,
        0.5f, 0.4f, 0.1f,
        0.3f, 0.6f, 0.1f,
        0.4f, 0.3f, 0.3f
    };
    private static final int[] LABELS = {2, 1, 1, 2};

    /// In two batches.
    private static double value(Metric m, float[] predictions, int width, Object targets) {
        m.reset();
        DEVICE.with(() -> {
            Tensor p = Tensor.of(predictions, predictions.length / width, width);
            Tensor t = targets instanceof int[] labels
                    ? Tensor.of(labels)
                    : Tensor.of((float[]) targets, predictions.length / width, width);
            m.add(p.slice(0, 0, 1), t.slice(0, 0, 1));
            m.add(p.slice(0, 1, p.shape().dim(0)), t.slice(0, 1, p.shape().dim(0)));
        });
        return m.value();
    }

    @Test
    void accuracy() {
        assertEquals(0.5, value(new Accuracy(), SCORES, 3, LABELS));
        float[] oneHot = {0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1};
        assertEquals(0.5, value(new Accuracy(), SCORES, 3, oneHot));
        assertEquals(0.75, value(Accuracy.binary(0), new float[] {-1, 2, 3, -4}, 1, new float[] {0, 1, 0, 0}));
        assertTrue(Double.isNaN(new Accuracy().value()));
    }

    @Test
    void topK() {
        assertEquals(0.5, value(new TopK(1), SCORES, 3, LABELS));
        assertEquals(0.75, value(new TopK(2), SCORES, 3, LABELS), "of equal scores the lower class is first");
        assertEquals(1, value(new TopK(3), SCORES, 3, LABELS));
    }

    @Test
    void confusionMatrix() {
        var m = new ConfusionMatrix(List.of("cat", "dog", "fox"));
        assertEquals(0.5, value(m, SCORES, 3, LABELS));
        assertEquals(1, m.count(2, 0));
        assertEquals(0.5, m.recall(2));
        assertEquals(1, m.precision(1));
        assertEquals(0, m.precision(0));
        assertEquals(2 / 3.0, m.f1(1), 1e-12);
        assertTrue(Double.isNaN(m.recall(0)));
        assertEquals("""
                              cat    dog    fox  recall
                       cat      0      0      0       -
                       dog      1      1      0   50.0%
                       fox      1      0      1   50.0%
                 precision   0.0% 100.0% 100.0%   50.0%
                """.indent(0), m.table());
    }

    @Test
    void regression() {
        float[] p = {1, 2, 3, 6};
        float[] t = {1, 3, 3, 4};
        assertEquals(0.75, value(new MeanAbsoluteError(), p, 1, t));
        assertEquals(Math.sqrt(1.25), value(new RootMeanSquaredError(), p, 1, t), 1e-12);
        assertEquals(1 - 5 / 4.75, value(new R2(), p, 1, t), 1e-12);
        assertEquals(1, value(new R2(), t, 1, t), 1e-12);
    }

    @Test
    void r2IsTheMeanOverOutputs() {
        float[] p = {1, 10, 2, 20, 3, 30};
        float[] t = {1, 20, 2, 20, 3, 50};
        double second = 1 - 500 / 600.0;
        assertEquals((1 + second) / 2, value(new R2(), p, 2, t), 1e-12);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        var label = assertThrows(DataException.class, () -> value(new Accuracy(), SCORES, 3, new int[] {0, 1, 2, 3}));
        assertEquals("accuracy: label 3 of sample 2 is outside 0..2", label.getMessage());
        var classes = assertThrows(DataException.class, () -> value(new ConfusionMatrix(4), SCORES, 3, LABELS));
        assertTrue(classes.getMessage().contains("made for 4 classes"), classes::getMessage);
        assertThrows(
                ShapeException.class,
                () -> DEVICE.with(() -> new MeanAbsoluteError().add(Tensor.zeros(3, 1), Tensor.zeros(3))));
        assertThrows(
                DataException.class, () -> DEVICE.with(() -> new Accuracy().add(Tensor.zeros(3), Tensor.zeros(3))));
        assertThrows(IllegalArgumentException.class, () -> new TopK(0));
    }
}
