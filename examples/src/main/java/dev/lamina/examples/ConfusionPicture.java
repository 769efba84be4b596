package dev.lamina.examples;

import dev.lamina.train.ConfusionMatrix;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;

/// Which class was taken for which. The diagonal, which is nearly everything, is left out: it would leave one
/// colour for all mistakes.
final class ConfusionPicture {
    private ConfusionPicture() {}

    static byte[] png(ConfusionMatrix matrix, int classes) {
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(900)
                .height(800)
                .title("Mistakes: what each digit was taken for")
                .xAxisTitle("predicted")
                .yAxisTitle("actual")
                .theme(ChartTheme.Matlab)
                .build();
        var s = chart.getStyler();
        Style.axes(s);
        s.setRangeColors(new Color[] {new Color(0xFFFFFF), new Color(0xFDD9B5), new Color(0xE6843C)});
        s.setShowValue(true);
        s.setValueFont(Style.font(Font.PLAIN, 18));
        s.setValueFontColor(Style.INK);
        s.setHeatMapValueDecimalPattern("0");
        s.setHeatMapDecimalValueFormatter(n -> Long.toString(Math.round(n)));
        s.setXAxisTickMarkSpacingHint(20).setYAxisTickMarkSpacingHint(20);
        s.setPlotContentSize(1);
        s.setPlotGridLinesVisible(false);
        s.setLegendPosition(LegendPosition.OutsideE);
        var axis = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        var cells = new ArrayList<Number[]>();
        long most = 1;
        for (int actual = 0; actual < classes; actual++)
            for (int predicted = 0; predicted < classes; predicted++) {
                if (actual == predicted) continue;
                long n = matrix.count(actual, predicted);
                most = Math.max(most, n);
                if (n > 0) cells.add(new Number[] {predicted, classes - 1 - actual, n});
            }
        s.setMin(0).setMax(most);
        // Rows grow upwards in the chart and downwards in a matrix.
        chart.addSeries("mistakes", axis, List.copyOf(axis.reversed()), cells);
        return Style.png(chart);
    }
}
