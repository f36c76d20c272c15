package dev.carousel.cli.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ForecastPlotTest {

    private static final int CONTEXT = 30;
    private static final int HORIZON = 10;
    private static final int FORECAST = 0xd94e1f;

    private static BufferedImage draw(boolean dated, double height) throws IOException {
        double[] truth = IntStream.range(0, CONTEXT + HORIZON)
                .mapToDouble(i -> height * Math.sin(i / 3.0))
                .toArray();
        double[] forecast = IntStream.range(0, HORIZON).mapToDouble(h -> height).toArray();
        double[] naive = IntStream.range(0, HORIZON).mapToDouble(h -> -height).toArray();
        double[] errors = IntStream.range(0, HORIZON).mapToDouble(h -> 1 + h).toArray();
        List<LocalDateTime> dates = IntStream.range(0, CONTEXT + HORIZON)
                .mapToObj(LocalDateTime.of(2024, 2, 1, 0, 0)::plusDays)
                .toList();
        byte[] png = ForecastPlot.png(new ForecastPlot.Picture(
                "A wave",
                "a forecast of it",
                "height",
                "days",
                dated ? dates : List.of(),
                100,
                truth,
                new ForecastPlot.Line("network", forecast, errors),
                new ForecastPlot.Line("naive", naive, errors),
                "good enough"));
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static long pixels(BufferedImage image, int rgb, int fromX, int toX) {
        // Below the legend, above the errors.
        int top = 250;
        int bottom = image.getHeight() * 2 / 3;
        return IntStream.range(fromX, toX)
                .mapToLong(x -> IntStream.range(top, bottom)
                        .filter(y -> (image.getRGB(x, y) & 0xffffff) == rgb)
                        .count())
                .sum();
    }

    @Test
    void theForecastIsDrawnBehindTheOriginOnly() throws IOException {
        for (boolean dated : new boolean[] {true, false}) {
            BufferedImage image = draw(dated, 5);
            int origin = image.getWidth() * 3 / 4;
            assertThat(pixels(image, FORECAST, origin, image.getWidth())).isGreaterThan(500);
            assertThat(pixels(image, FORECAST, 0, origin - 40)).isZero();
            assertThat(new Color(image.getRGB(5, 5))).isEqualTo(Color.WHITE);
        }
    }

    @Test
    void aSeriesThatNeverChangesIsDrawnToo() throws IOException {
        assertThat(draw(true, 0).getWidth()).isGreaterThan(1000);
    }
}
