package dev.lamina.examples;

import java.awt.Color;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;

/// Curves over steps or epochs.
final class CurvePicture {
    private CurvePicture() {}

    /// One value a step, from step 1.
    static XYChart chart(String title, String x, String y, double[] values) {
        XYChart chart = Style.chart(title, x, y);
        Style.line(chart, y, counted(values.length), values, Style.BLUE);
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    /// A chart of what was measured on training and on unseen data over epochs.
    static XYChart two(String title, String y, double[] train, String unseenName, double[] unseen) {
        XYChart chart = Style.chart(title, "epoch", y);
        marked(chart, "training", train, Style.BLUE);
        marked(chart, unseenName, unseen, Style.ORANGE);
        int epochs = train.length;
        // Whole epochs only; 1 is the first.
        chart.getStyler().setXAxisMin(Math.min(1.0, epochs)).setXAxisMax(Math.max(2.0, epochs));
        chart.getStyler().setXAxisMaxLabelCount(Math.min(12, Math.max(2, epochs)));
        chart.getStyler().setXAxisDecimalPattern("0");
        return chart;
    }

    private static void marked(XYChart chart, String name, double[] y, Color color) {
        var s = Style.line(chart, name, counted(y.length), y, color);
        if (y.length <= 40) {
            s.setMarker(org.knowm.xchart.style.markers.SeriesMarkers.CIRCLE);
            s.setMarkerColor(color);
        }
    }

    static double[] counted(int n) {
        return IntStream.rangeClosed(1, n).asDoubleStream().toArray();
    }

    /// Means over the last `width` values, of every `width`-th: what is left of a noisy curve to draw.
    static double[] smoothed(double[] values, int width) {
        int n = Math.ceilDiv(values.length, width);
        return IntStream.range(0, n)
                .mapToDouble(i -> Arrays.stream(values, i * width, Math.min(values.length, (i + 1) * width)).average().orElseThrow())
                .toArray();
    }
}
