package dev.lamina.examples;

import dev.lamina.Scope;
import dev.lamina.Tensor;
import dev.lamina.nn.Layer;
import java.awt.Color;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// What a classifier makes of the plane, beside how its cost fell.
final class PlanePicture {
    private static final int CELLS = 120;
    private static final Color PALE_BLUE = new Color(0xCFE3F0);
    private static final Color PALE_ORANGE = new Color(0xF8DCC8);

    private PlanePicture() {}

    /// @param model from [n, 2] to logits [n, 1]
    static byte[] png(String title, Points points, Layer model, double[] cost) {
        return Style.png(plane(title, points, model), CurvePicture.steps("Cost", "mean logistic cost", cost));
    }

    private static XYChart plane(String title, Points points, Layer model) {
        XYChart chart = Style.chart(title, "x1", "x2");
        double[] low = {edge(points, 0, -1), edge(points, 1, -1)};
        double[] high = {edge(points, 0, 1), edge(points, 1, 1)};
        boolean[] positive = cells(model, low, high);
        cells(chart, "predicted 0", positive, false, low, high, PALE_BLUE);
        cells(chart, "predicted 1", positive, true, low, high, PALE_ORANGE);
        points(chart, "class 0", points, 0, Style.BLUE);
        points(chart, "class 1", points, 1, Style.ORANGE);
        chart.getStyler().setXAxisMin(low[0]).setXAxisMax(high[0]).setYAxisMin(low[1]).setYAxisMax(high[1]);
        chart.getStyler().setPlotContentSize(1).setMarkerSize(7).setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal).setLegendBorderColor(Color.WHITE);
        return chart;
    }

    /// The outermost coordinate on one side, and a little more.
    private static double edge(Points p, int axis, int sign) {
        double most = IntStream.range(0, p.size()).mapToDouble(i -> sign * p.x(i, axis)).max().orElseThrow();
        return sign * (most + 0.4);
    }

    private static double coordinate(int cell, int axis, double[] low, double[] high) {
        return low[axis] + (high[axis] - low[axis]) * (cell + 0.5) / CELLS;
    }

    /// Where the model says 1, row by row.
    private static boolean[] cells(Layer model, double[] low, double[] high) {
        var x = new float[2 * CELLS * CELLS];
        for (int i = 0; i < CELLS * CELLS; i++) {
            x[2 * i] = (float) coordinate(i % CELLS, 0, low, high);
            x[2 * i + 1] = (float) coordinate(i / CELLS, 1, low, high);
        }
        float[] logits = Scope.call(() -> model.apply(Tensor.of(x, CELLS * CELLS, 2)).toFloats());
        var positive = new boolean[logits.length];
        for (int i = 0; i < logits.length; i++) positive[i] = logits[i] > 0;
        return positive;
    }

    private static void cells(
            XYChart chart, String name, boolean[] positive, boolean which, double[] low, double[] high, Color color) {
        int[] of = IntStream.range(0, positive.length).filter(i -> positive[i] == which).toArray();
        if (of.length == 0) return;
        double[] x = IntStream.of(of).mapToDouble(i -> coordinate(i % CELLS, 0, low, high)).toArray();
        double[] y = IntStream.of(of).mapToDouble(i -> coordinate(i / CELLS, 1, low, high)).toArray();
        Style.dots(chart, name, x, y, color).setMarker(SeriesMarkers.SQUARE);
    }

    private static void points(XYChart chart, String name, Points p, int label, Color color) {
        int[] of = IntStream.range(0, p.size()).filter(i -> p.labels()[i] == label).toArray();
        double[] x = IntStream.of(of).mapToDouble(i -> p.x(i, 0)).toArray();
        double[] y = IntStream.of(of).mapToDouble(i -> p.x(i, 1)).toArray();
        Style.dots(chart, name, x, y, color);
    }
}
