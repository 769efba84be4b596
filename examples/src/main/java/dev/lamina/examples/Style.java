package dev.lamina.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// What all charts share: fonts, colours that colour-blind readers tell apart (Okabe and Ito, 2008), and the
/// encoder.
final class Style {
    static final Color BLUE = new Color(0x0072B2);
    static final Color ORANGE = new Color(0xD55E00);
    static final Color GREEN = new Color(0x009E73);
    static final Color INK = new Color(0x222222);
    private static final Color GRID = new Color(0xE4E4E4);

    private Style() {}

    static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(600)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .theme(ChartTheme.Matlab)
                .build();
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Line);
        axes(chart.getStyler());
        chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
        return chart;
    }

    static void axes(AxesChartStyler s) {
        s.setPlotGridLinesColor(GRID);
        s.setPlotGridLinesStroke(new BasicStroke(1));
        s.setAxisTitleFont(font(Font.PLAIN, 18));
        s.setAxisTickLabelsFont(font(Font.PLAIN, 15));
        s.setChartTitleFont(font(Font.BOLD, 20));
        s.setLegendFont(font(Font.PLAIN, 16));
        s.setLegendBorderColor(GRID);
        s.setChartBackgroundColor(Color.WHITE);
        s.setChartFontColor(INK);
        s.setDecimalPattern("#,##0.###");
        s.setXAxisTickMarkSpacingHint(100);
        s.setYAxisTickMarkSpacingHint(60);
        s.setChartPadding(14);
        s.setChartTitlePadding(10);
    }

    static XYSeries line(XYChart chart, String name, double[] x, double[] y, Color color) {
        XYSeries s = chart.addSeries(name, x, y);
        s.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
        s.setLineColor(color);
        s.setLineWidth(2.5f);
        s.setMarker(SeriesMarkers.NONE);
        return s;
    }

    static XYSeries dots(XYChart chart, String name, double[] x, double[] y, Color color) {
        XYSeries s = chart.addSeries(name, x, y);
        s.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        s.setMarker(SeriesMarkers.CIRCLE);
        s.setMarkerColor(color);
        return s;
    }

    /// Charts of one height side by side.
    static byte[] png(Chart<?, ?>... charts) {
        int width = Arrays.stream(charts).mapToInt(Chart::getWidth).sum();
        var picture = new BufferedImage(width, charts[0].getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        for (var chart : charts) {
            chart.paint(g, chart.getWidth(), chart.getHeight());
            g.translate(chart.getWidth(), 0);
        }
        g.dispose();
        return png(picture);
    }

    static byte[] png(BufferedImage picture) {
        try (var out = new ByteArrayOutputStream()) {
            ImageIO.write(picture, "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
