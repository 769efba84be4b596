package dev.lamina.examples;

import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;

/// Predictions of a regression against the truth.
final class PredictionPicture {
    private PredictionPicture() {}

    static XYChart chart(double[] actual, double[] predicted) {
        XYChart chart = Style.chart("Test set", "actual", "predicted");
        Style.dots(chart, "communities", actual, predicted, Style.BLUE);
        Style.line(chart, "exactly right", new double[] {0, 1}, new double[] {0, 1}, Style.ORANGE);
        chart.getStyler().setMarkerSize(6).setLegendPosition(LegendPosition.InsideSE);
        return chart;
    }
}
