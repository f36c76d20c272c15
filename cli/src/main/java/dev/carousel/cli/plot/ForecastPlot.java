package dev.carousel.cli.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A picture of a forecaster, a PNG: above, one forecast against the truth, with what the network had read before; below,
 * how the error grows with the distance.
 */
public final class ForecastPlot {

    private static final int WIDTH = 1280;
    private static final int HEADER = 86;
    private static final int UPPER = 500;
    private static final int LOWER = 264;
    private static final int SCALE = 2;

    private static final Color INK = new Color(0x22, 0x2b, 0x38);
    private static final Color SOFT_INK = new Color(0x5d, 0x68, 0x77);
    private static final Color GRID = new Color(0xe6, 0xe9, 0xee);
    private static final Color READ = new Color(0x9a, 0xa5, 0xb4);
    private static final Color FORECAST = new Color(0xd9, 0x4e, 0x1f);
    private static final Color NAIVE = new Color(0x7d, 0xa9, 0xd6);

    private static final String FAMILY = Font.SANS_SERIF;

    private ForecastPlot() {}

    /**
     * One way to forecast.
     *
     * @param name what the legend calls it
     * @param forecast from the origin that is shown
     * @param errorByStep the mean absolute error over all origins, of each step of the horizon
     */
    public record Line(String name, double[] forecast, double[] errorByStep) {}

    /**
     * What is drawn.
     *
     * @param title what was forecast
     * @param subtitle which forecast is shown
     * @param unit what the numbers count
     * @param steps what a row is called, in the plural
     * @param dates of the rows that are shown; empty where there are none
     * @param firstRow the number of the first row that is shown
     * @param truth the rows that were read, then those that were forecast
     * @param network the network's forecast
     * @param naive the best naive forecast
     * @param summary the errors in one sentence
     */
    public record Picture(
            String title,
            String subtitle,
            String unit,
            String steps,
            List<LocalDateTime> dates,
            int firstRow,
            double[] truth,
            Line network,
            Line naive,
            String summary) {

        int horizon() {
            return network.forecast().length;
        }

        int context() {
            return truth.length - horizon();
        }
    }

    /** The bytes of the picture as a PNG. */
    public static byte[] png(Picture picture) {
        int height = HEADER + UPPER + LOWER;
        BufferedImage image = new BufferedImage(WIDTH * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            g.scale(SCALE, SCALE);
            g.setColor(Color.WHITE);
            g.fillRect(0, 0, WIDTH, height);
            header(g, picture);
            g.translate(0, HEADER);
            forecast(picture).paint(g, WIDTH, UPPER);
            g.translate(0, UPPER);
            errors(picture).paint(g, WIDTH, LOWER);
        } finally {
            g.dispose();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void header(Graphics2D g, Picture picture) {
        g.setColor(INK);
        g.setFont(new Font(FAMILY, Font.BOLD, 24));
        g.drawString(picture.title() + ": " + picture.subtitle(), 28, 44);
        g.setColor(SOFT_INK);
        g.setFont(new Font(FAMILY, Font.PLAIN, 15));
        g.drawString(picture.summary(), 28, 70);
    }

    private static XYChart forecast(Picture picture) {
        XYChart chart = chart(UPPER, picture.dates().isEmpty() ? "row" : "", picture.unit());
        int context = picture.context();
        int end = picture.truth().length;
        double[] truth = picture.truth();

        add(chart, "read by the network", picture, 0, Arrays.copyOfRange(truth, 0, context), READ, 1.6f);
        add(chart, picture.naive().name(), picture, context, picture.naive().forecast(), NAIVE, 1.8f);
        add(chart, "truth", picture, context - 1, Arrays.copyOfRange(truth, context - 1, end), INK, 2.2f);
        add(
                        chart,
                        "forecast by the network",
                        picture,
                        context,
                        picture.network().forecast(),
                        FORECAST,
                        2.6f)
                .setMarker(SeriesMarkers.CIRCLE)
                .setMarkerColor(FORECAST);

        AnnotationLine origin = new AnnotationLine(x(picture, context) - half(picture), true, false);
        chart.addAnnotation(origin);
        XYStyler styler = chart.getStyler();
        styler.setMarkerSize(5);
        if (!picture.dates().isEmpty()) {
            styler.setDatePattern(datePattern(picture));
        }
        return chart;
    }

    private static String datePattern(Picture picture) {
        LocalDateTime first = picture.dates().get(0);
        LocalDateTime last = picture.dates().get(picture.dates().size() - 1);
        long days = java.time.Duration.between(first, last).toDays();
        return days > 1000 ? "yyyy" : days > 200 ? "MMM yyyy" : days > 5 ? "d MMM" : "d MMM HH:mm";
    }

    /** Half a step before the origin, where the line between known and unknown belongs. */
    private static double half(Picture picture) {
        int context = picture.context();
        return (x(picture, context) - x(picture, context - 1)) / 2;
    }

    private static double x(Picture picture, int index) {
        return picture.dates().isEmpty()
                ? picture.firstRow() + index + 1
                : picture.dates().get(index).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private static XYSeries add(
            XYChart chart, String name, Picture picture, int from, double[] values, Color color, float width) {
        List<Object> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            double at = x(picture, from + i);
            x.add(picture.dates().isEmpty() ? (Object) at : new Date((long) at));
            y.add(values[i]);
        }
        XYSeries series = chart.addSeries(name, x, y);
        style(series, color, width);
        return series;
    }

    private static void style(XYSeries series, Color color, float width) {
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        series.setMarker(SeriesMarkers.NONE);
    }

    private static XYChart errors(Picture picture) {
        XYChart chart = chart(LOWER, picture.steps() + " ahead", "mean absolute error");
        double[] steps = new double[picture.horizon()];
        for (int h = 0; h < steps.length; h++) {
            steps[h] = h + 1;
        }
        XYSeries naive =
                chart.addSeries(picture.naive().name(), steps, picture.naive().errorByStep());
        style(naive, NAIVE, 1.8f);
        XYSeries network =
                chart.addSeries("the network", steps, picture.network().errorByStep());
        style(network, FORECAST, 2.6f);
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    private static XYChart chart(int height, String xTitle, String yTitle) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(height)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        XYStyler styler = chart.getStyler();
        Font plain = new Font(FAMILY, Font.PLAIN, 14);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAxisTicksLineVisible(false);
        styler.setAxisTicksMarksVisible(false);
        styler.setAxisTickLabelsFont(plain);
        styler.setAxisTickLabelsColor(SOFT_INK);
        styler.setAxisTitleFont(plain);
        styler.setXAxisTitleColor(SOFT_INK);
        styler.setYAxisTitleColor(SOFT_INK);
        styler.setXAxisTitleVisible(!xTitle.isEmpty());
        styler.setChartTitleVisible(false);
        styler.setChartPadding(16);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendBackgroundColor(Color.WHITE);
        styler.setLegendFont(plain);
        styler.setChartFontColor(INK);
        styler.setLegendSeriesLineLength(28);
        styler.setAnnotationLineColor(SOFT_INK);
        styler.setAnnotationLineStroke(
                new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 0, new float[] {4, 4}, 0));
        styler.setTimezone(TimeZone.getTimeZone(ZoneOffset.UTC));
        styler.setLocale(Locale.ENGLISH);
        styler.setYAxisDecimalPattern("#,##0.####");
        styler.setYAxisLeftWidthHint(70);
        return chart;
    }
}
