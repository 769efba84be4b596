package dev.lamina.examples;

import dev.lamina.data.Dataset;
import dev.lamina.examples.Mistakes.Mistake;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/// A grid of the digits that were taken for others.
final class MistakesPicture {
    private static final int COLUMNS = 8;
    private static final int SCALE = 4;
    private static final int SIDE = 28;
    private static final int CELL_WIDTH = SIDE * SCALE + 28;
    private static final int CELL_HEIGHT = SIDE * SCALE + 66;
    private static final int MARGIN = 20;
    private static final int TITLE = 56;

    private MistakesPicture() {}

    static byte[] png(List<Mistake> mistakes, Dataset images) {
        int rows = Math.ceilDiv(mistakes.size(), COLUMNS);
        var picture = new BufferedImage(
                COLUMNS * CELL_WIDTH + 2 * MARGIN, TITLE + rows * CELL_HEIGHT + MARGIN, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        text(g, "The surest mistakes on test digits", Font.BOLD, 20, Style.INK, picture.getWidth() / 2, 36);
        for (int i = 0; i < mistakes.size(); i++)
            draw(g, mistakes.get(i), images, MARGIN + i % COLUMNS * CELL_WIDTH, TITLE + i / COLUMNS * CELL_HEIGHT);
        g.dispose();
        return Style.png(picture);
    }

    private static void draw(Graphics2D g, Mistake m, Dataset images, int left, int top) {
        byte[] pixels = (byte[]) images.get(m.index()).input().array();
        int x0 = left + (CELL_WIDTH - SIDE * SCALE) / 2;
        for (int i = 0; i < pixels.length; i++) {
            int ink = 255 - (pixels[i] & 0xFF);
            g.setColor(new Color(ink, ink, ink));
            g.fillRect(x0 + i % SIDE * SCALE, top + i / SIDE * SCALE, SCALE, SCALE);
        }
        g.setColor(Color.LIGHT_GRAY);
        g.drawRect(x0, top, SIDE * SCALE, SIDE * SCALE);
        int middle = left + CELL_WIDTH / 2;
        int below = top + SIDE * SCALE;
        String taken = String.format(Locale.ROOT, "taken for %d", m.predicted());
        text(g, taken, Font.BOLD, 15, Style.ORANGE, middle, below + 20);
        String truth = String.format(Locale.ROOT, "is %d (%.1f %% sure)", m.actual(), 100 * m.probability());
        text(g, truth, Font.PLAIN, 13, Style.INK, middle, below + 39);
    }

    private static void text(Graphics2D g, String s, int style, int size, Color color, int middle, int baseline) {
        g.setFont(Style.font(style, size));
        g.setColor(color);
        g.drawString(s, middle - g.getFontMetrics().stringWidth(s) / 2, baseline);
    }
}
