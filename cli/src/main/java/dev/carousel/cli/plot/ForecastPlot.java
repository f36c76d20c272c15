package dev.carousel.cli.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A picture of a forecaster, a PNG: above, one forecast against the truth, with what the network had read before; below,
 * how the error grows with the distance.
 */
public final class ForecastPlot {

    private static final int WIDTH = 1280;
    private static final int HEADER = 118;
    private static final int UPPER = 470;
    private static final int LOWER = 236;
    private static final int SCALE = 2;

    private static final int MARGIN = 28;
    private static final int LEFT = 100;

    private static final Color INK = new Color(0x22, 0x2b, 0x38);
    private static final Color SOFT_INK = new Color(0x5d, 0x68, 0x77);
    private static final Color GRID = new Color(0xe6, 0xe9, 0xee);
    private static final Color READ = new Color(0x9a, 0xa5, 0xb4);
    private static final Color FORECAST = new Color(0xd9, 0x4e, 0x1f);
    private static final Color NAIVE = new Color(0x7d, 0xa9, 0xd6);

    private static final Color NOTHING = new Color(0, 0, 0, 0);

    private static final float READ_WIDTH = 1.6f;
    private static final float TRUTH_WIDTH = 2.2f;
    private static final float FORECAST_WIDTH = 2.6f;
    private static final float NAIVE_WIDTH = 1.8f;

    private static final String FAMILY = Font.SANS_SERIF;
    private static final Font PLAIN = new Font(FAMILY, Font.PLAIN, 15);

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
            Horizontal axis = Horizontal.of(picture);
            XYChart upper = forecast(picture, axis);
            ticks(g, upper, axis);
            upper.paint(g, WIDTH, UPPER);
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
        g.drawString(picture.title() + ": " + picture.subtitle(), MARGIN, 46);
        g.setColor(SOFT_INK);
        g.setFont(PLAIN);
        g.drawString(picture.summary(), MARGIN, 74);
        int x = MARGIN;
        x = legend(g, x, "read by the network", READ, READ_WIDTH);
        x = legend(g, x, "truth", INK, TRUTH_WIDTH);
        x = legend(g, x, "forecast by the network", FORECAST, FORECAST_WIDTH);
        legend(g, x, "naive: " + picture.naive().name(), NAIVE, NAIVE_WIDTH);
    }

    /** One entry of the legend; where the next begins. */
    private static int legend(Graphics2D g, int x, String name, Color color, float width) {
        int baseline = 108;
        g.setColor(color);
        g.setStroke(new BasicStroke(width + 0.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.drawLine(x, baseline - 5, x + 26, baseline - 5);
        g.setColor(INK);
        g.drawString(name, x + 36, baseline);
        return x + 36 + g.getFontMetrics().stringWidth(name) + 30;
    }

    /** The lines and words of a time axis, beneath the chart that is painted over them. */
    private static void ticks(Graphics2D g, XYChart chart, Horizontal axis) {
        if (axis.time().isEmpty()) {
            return;
        }
        Graphics2D nowhere = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        chart.paint(nowhere, WIDTH, UPPER);
        nowhere.dispose();
        double bottom = chart.getScreenYFromChart(chart.getStyler().getYAxisMin());
        double top = chart.getScreenYFromChart(chart.getStyler().getYAxisMax());
        List<LocalDateTime> dates = axis.picture().dates();
        TimeAxis time = axis.time().get();
        time.ticks(dates.get(0), dates.get(dates.size() - 1)).forEach(tick -> {
            double x = chart.getScreenXFromChart(time.position(tick));
            g.setColor(GRID);
            g.setStroke(new BasicStroke(1));
            g.draw(new Line2D.Double(x, top, x, bottom));
            g.setColor(SOFT_INK);
            g.setFont(PLAIN);
            double left = x - g.getFontMetrics().stringWidth(time.label(tick)) / 2.0;
            g.drawString(time.label(tick), (float) left, (float) (bottom + 22));
        });
    }

    private static XYChart forecast(Picture picture, Horizontal axis) {
        // A blank leaves room for the ticks of a time axis.
        XYChart chart = chart(UPPER, picture.dates().isEmpty() ? "row" : " ", picture.unit());
        chart.getStyler().setXAxisTicksVisible(axis.time().isEmpty());
        int context = picture.context();
        int end = picture.truth().length;
        double[] truth = picture.truth();

        add(chart, "read by the network", axis, 0, Arrays.copyOfRange(truth, 0, context), READ, READ_WIDTH);
        add(chart, picture.naive().name(), axis, context, picture.naive().forecast(), NAIVE, NAIVE_WIDTH);
        add(chart, "truth", axis, context - 1, Arrays.copyOfRange(truth, context - 1, end), INK, TRUTH_WIDTH);
        add(chart, "forecast by the network", axis, context, picture.network().forecast(), FORECAST, FORECAST_WIDTH)
                .setMarker(SeriesMarkers.CIRCLE)
                .setMarkerColor(FORECAST);
        chart.getStyler().setMarkerSize(5);
        double[] range = range(picture);
        chart.getStyler().setYAxisMin(range[0]).setYAxisMax(range[1]);
        // Half a step before the origin, where the line between known and unknown belongs.
        chart.addAnnotation(new AnnotationLine((axis.at(context - 1) + axis.at(context)) / 2, true, false));
        return chart;
    }

    /** The least and the largest number that is shown, and some room. */
    private static double[] range(Picture picture) {
        double[] all = Stream.of(
                        picture.truth(),
                        picture.network().forecast(),
                        picture.naive().forecast())
                .flatMapToDouble(Arrays::stream)
                .sorted()
                .toArray();
        double room = 0.05 * Math.max(all[all.length - 1] - all[0], 1e-9);
        return new double[] {all[0] - room, all[all.length - 1] + room};
    }

    /**
     * Where rows stand from left to right.
     *
     * @param picture gives the rows
     * @param time the axis of their dates; empty where rows are counted
     */
    private record Horizontal(Picture picture, Optional<TimeAxis> time) {

        static Horizontal of(Picture picture) {
            return new Horizontal(
                    picture, picture.dates().isEmpty() ? Optional.empty() : Optional.of(TimeAxis.of(picture.dates())));
        }

        double at(int index) {
            return time.isPresent() ? time.get().position(picture.dates().get(index)) : picture.firstRow() + index + 1;
        }
    }

    private static XYSeries add(
            XYChart chart, String name, Horizontal axis, int from, double[] values, Color color, float width) {
        double[] x = IntStream.range(from, from + values.length)
                .mapToDouble(axis::at)
                .toArray();
        XYSeries series = chart.addSeries(name, x, values);
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
        style(naive, NAIVE, NAIVE_WIDTH);
        XYSeries network =
                chart.addSeries("the network", steps, picture.network().errorByStep());
        style(network, FORECAST, FORECAST_WIDTH);
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
        styler.setChartBackgroundColor(NOTHING);
        styler.setPlotBackgroundColor(NOTHING);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAxisTicksLineVisible(false);
        styler.setAxisTicksMarksVisible(false);
        styler.setAxisTickLabelsFont(PLAIN);
        styler.setAxisTickLabelsColor(SOFT_INK);
        styler.setAxisTitleFont(PLAIN);
        styler.setXAxisTitleColor(SOFT_INK);
        styler.setYAxisTitleColor(SOFT_INK);
        styler.setXAxisTitleVisible(!xTitle.isEmpty());
        styler.setChartTitleVisible(false);
        styler.setChartPadding(16);
        styler.setLegendVisible(false);
        styler.setChartFontColor(INK);
        styler.setAnnotationLineColor(SOFT_INK);
        styler.setAnnotationLineStroke(
                new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 0, new float[] {4, 4}, 0));
        styler.setLocale(Locale.ENGLISH);
        styler.setYAxisDecimalPattern("#,##0.####");
        styler.setYAxisLeftWidthHint(LEFT);
        return chart;
    }
}
