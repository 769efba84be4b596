package dev.lamina.examples;

import java.awt.Color;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/// One forecast with its interval, what came, and what the last season would have said.
final class ForecastPicture {
    private static final Color PALE_BLUE = new Color(0x8CBEDC);
    private static final Color GREY = new Color(0x999999);

    private ForecastPicture() {}

    static XYChart chart(Sine.Forecast f, int window) {
        XYChart chart = Style.chart("Two days ahead", "hour", "value");
        double[] before = hours(-Series.SEEN, 0);
        double[] after = hours(0, Series.AHEAD);
        Style.line(chart, "seen", before, f.seen(window), Style.INK);
        Style.line(chart, "actual", after, f.actual(window), Style.GREEN);
        Style.line(chart, "a day before", after, f.naive(window), GREY).setLineWidth(1.5f);
        Style.line(chart, "forecast", after, f.at(window, 0), Style.BLUE);
        Style.line(chart, "90 % interval", after, f.low(window), PALE_BLUE).setLineWidth(1.5f);
        Style.line(chart, "upper end", after, f.high(window), PALE_BLUE)
                .setLineWidth(1.5f)
                .setShowInLegend(false);
        chart.getStyler().setXAxisMin((double) -Series.SEEN).setXAxisMax((double) Series.AHEAD);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS).setLegendLayout(LegendLayout.Horizontal);
        return chart;
    }

    private static double[] hours(int from, int to) {
        return IntStream.range(from, to).asDoubleStream().toArray();
    }
}
