package dev.lamina.examples;

import java.awt.Color;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Curves over steps or epochs.
final class CurvePicture {
    private static final int SEGMENTS = 120;

    private CurvePicture() {}

    /// One value a step, that before step 1 first.
    static XYChart steps(String title, String y, double[] values) {
        XYChart chart = Style.chart(title, "step", y);
        // Every point where the curve bends, some where it is flat. Equal distances would also make the library
        // label points instead of round numbers.
        int n = values.length;
        int[] drawn = IntStream.range(0, n)
                .filter(i -> i < n / 10 || i % Math.max(2, n / SEGMENTS) == 0 || i == n - 1)
                .toArray();
        double[] x = Arrays.stream(drawn).asDoubleStream().toArray();
        Style.line(chart, y, x, Arrays.stream(drawn).mapToDouble(i -> values[i]).toArray(), Style.BLUE);
        chart.getStyler().setXAxisMin(0.0).setYAxisMin(0.0).setLegendVisible(false);
        return chart;
    }

    /// The loss of each step of some epochs, averaged over neighbours, and a loss on other data after each
    /// epoch.
    static XYChart losses(String title, String y, double[] steps, double[] test) {
        XYChart chart = Style.chart(title, "epoch", y);
        int width = Math.ceilDiv(steps.length, SEGMENTS);
        int n = Math.ceilDiv(steps.length, width);
        var epoch = new double[n];
        var mean = new double[n];
        for (int i = 0; i < n; i++) {
            int from = i * width;
            int to = Math.min(steps.length, from + width);
            epoch[i] = (from + to) / 2.0 / steps.length * test.length;
            mean[i] = Arrays.stream(steps, from, to).average().orElseThrow();
        }
        Style.line(chart, "training", epoch, mean, Style.BLUE);
        marked(chart, "test", test, Style.ORANGE);
        boolean positive =
                DoubleStream.concat(Arrays.stream(mean), Arrays.stream(test)).allMatch(v -> v >= 0);
        if (positive) chart.getStyler().setYAxisMin(0.0);
        return epochs(chart, test.length);
    }

    /// What was measured on training and on test data in each epoch.
    static XYChart rising(String title, String y, double[] train, double[] test) {
        XYChart chart = Style.chart(title, "epoch", y);
        marked(chart, "training", train, Style.BLUE);
        marked(chart, "test", test, Style.ORANGE);
        chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
        return epochs(chart, test.length);
    }

    private static XYChart epochs(XYChart chart, int n) {
        chart.getStyler().setXAxisMin(0.0).setXAxisMax((double) n);
        return chart;
    }

    private static void marked(XYChart chart, String name, double[] y, Color color) {
        double[] epochs = IntStream.rangeClosed(1, y.length).asDoubleStream().toArray();
        var s = Style.line(chart, name, epochs, y, color);
        if (y.length <= 40) {
            s.setMarker(SeriesMarkers.CIRCLE);
            s.setMarkerColor(color);
        }
    }
}
