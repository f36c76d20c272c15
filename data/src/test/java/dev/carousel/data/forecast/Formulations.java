package dev.carousel.data.forecast;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carousel.data.series.Categories;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Column;
import dev.carousel.data.table.CsvTable;
import dev.carousel.network.Network;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Seeds;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Series, formulations and networks for tests. */
public final class Formulations {

    private Formulations() {}

    /** Two targets that wander, hour by hour, with a price known a day ahead and a category. */
    public static TimeSeries hours(String id, int rows, long seed) {
        return hours(id, rows, rows + 24, seed);
    }

    public static TimeSeries hours(String id, int rows, int knownRows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] load = new double[rows];
        double[] heat = new double[rows];
        double level = 50;
        for (int row = 0; row < rows; row++) {
            level += random.nextDouble() - 0.5;
            load[row] = level + 5 * Math.sin(2 * Math.PI * row / 24);
            heat[row] = 100 - 2 * level + random.nextDouble();
        }
        double[] price = IntStream.range(0, knownRows).mapToDouble(i -> i % 5).toArray();
        double[] kind =
                IntStream.range(0, knownRows).mapToDouble(i -> 1 + i % 2).toArray();
        LocalDateTime start = LocalDateTime.of(2020, 1, 1, 0, 0);
        return TimeSeries.builder("hours.csv")
                .withId(id)
                .withTarget("load", load)
                .withTarget("heat", heat)
                .withKnown("price", price)
                .withCategory(Categories.of("kind", List.of("day", "night")), Column.of("kind", kind))
                .withDates(
                        IntStream.range(0, knownRows).mapToObj(start::plusHours).toList())
                .build();
    }

    /** One target that wanders, without dates. */
    public static TimeSeries wandering(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[rows];
        for (int row = 1; row < rows; row++) {
            values[row] = values[row - 1] + random.nextDouble() - 0.5;
        }
        return TimeSeries.of("a", values);
    }

    /** A network with fresh weights for a formulation. */
    public static Network network(ForecastSpec spec, long seed) {
        List<LayerSpec> layers = new ArrayList<>();
        spec.embedding().ifPresent(layers::add);
        int size = layers.isEmpty() ? spec.inputSize() : layers.get(0).outputSize();
        layers.add(Recurrent.gru(size, 7));
        layers.add(Dense.head(7, spec.networkOutputs()));
        return Network.initialised(new NetworkSpec(layers), Initialisation.uniform(), new Seeds(seed).initialisation());
    }

    /** A daily file with columns day, a, b. */
    public static TimeSeries days(int rows) {
        StringBuilder text = new StringBuilder("day,a,b\n");
        for (int row = 0; row < rows; row++) {
            text.append(LocalDate.of(2020, 1, 1).plusDays(row))
                    .append(',')
                    .append(10 + row % 7 + 0.25 * row)
                    .append(',')
                    .append(row * row % 11)
                    .append('\n');
        }
        return TimeSeries.of(CsvTable.parse("days.csv", text.toString().getBytes(UTF_8)), "a", List.of("b"));
    }
}
