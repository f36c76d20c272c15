package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.table.Column;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WholeSeriesTest {

    private static final SeriesSet TEN = SeriesSet.of(
            "shops.csv",
            IntStream.range(0, 10)
                    .mapToObj(i -> TimeSeries.builder("shops.csv")
                            .withId("shop " + i)
                            .withTarget("a", new double[5 + i])
                            .build())
                    .toList());

    @Test
    void namedSeriesAreHeldOutWhole() {
        List<Split> splits = WholeSeries.byId(TEN, List.of("shop 1"), List.of("shop 3", "shop 9"));
        assertThat(splits.get(0)).isEqualTo(new Split(5, 5, 5));
        assertThat(splits.get(1)).isEqualTo(new Split(0, 6, 6));
        assertThat(splits.get(3)).isEqualTo(new Split(0, 0, 8));
        assertThat(splits.get(9).testRows()).isEqualTo(14);
        assertThat(splits.stream().filter(split -> split.trainingRows() > 0)).hasSize(7);
    }

    @Test
    void drawnSeriesAreHeldOutWholeAndTheSeedDecidesWhich() {
        List<Split> splits = WholeSeries.atRandom(TEN, 0.1, 0.25, 4);
        assertThat(splits.stream().filter(split -> split.validationRows() > 0)).hasSize(1);
        assertThat(splits.stream().filter(split -> split.testRows() > 0)).hasSize(3);
        assertThat(splits)
                .allMatch(split -> Math.max(split.trainingRows(), Math.max(split.validationRows(), split.testRows()))
                        == split.end());
        assertThat(WholeSeries.atRandom(TEN, 0.1, 0.25, 4)).isEqualTo(splits);
        assertThat(IntStream.range(0, 20).mapToObj(seed -> WholeSeries.atRandom(TEN, 0.1, 0.25, seed)))
                .as("other seeds hold out others")
                .anyMatch(other -> !other.equals(splits));
        assertThat(IntStream.range(0, 10)
                        .filter(i -> IntStream.range(0, 60)
                                .anyMatch(seed -> WholeSeries.atRandom(TEN, 0, 0.1, seed)
                                                .get(i)
                                                .testRows()
                                        > 0)))
                .as("each is held out by some seed")
                .hasSize(10);
    }

    @Test
    void somePartsAreNamedAndOthersDrawnFromTheRest() {
        WholeSeries.Part test = WholeSeries.Part.parse("shop 3, shop 9", TEN);
        assertThat(test).isEqualTo(new WholeSeries.Part.Named(List.of("shop 3", "shop 9")));
        WholeSeries.Part validation = WholeSeries.Part.parse("0.2", TEN);
        for (int seed = 0; seed < 50; seed++) {
            List<Split> splits = WholeSeries.of(TEN, validation, test, seed);
            assertThat(splits.get(3).testRows()).isEqualTo(8);
            assertThat(splits.get(9).testRows()).isEqualTo(14);
            assertThat(splits.stream().filter(split -> split.validationRows() > 0))
                    .hasSize(2);
            assertThat(splits.stream().filter(split -> split.trainingRows() > 0))
                    .hasSize(6);
            assertThat(WholeSeries.of(TEN, validation, test, seed)).isEqualTo(splits);
        }
        assertThat(WholeSeries.of(TEN, validation, WholeSeries.Part.parse("0.1", TEN), 4))
                .isEqualTo(WholeSeries.atRandom(TEN, 0.2, 0.1, 4));
        assertThat(WholeSeries.of(TEN, WholeSeries.Part.parse("0", TEN), test, 4).stream()
                        .filter(split -> split.validationRows() > 0))
                .isEmpty();
    }

    @Test
    void aSeriesThatIsCalledLikeAShareIsItsName() {
        SeriesSet numbers = SeriesSet.of(
                "x.csv",
                IntStream.range(0, 3)
                        .mapToObj(i -> TimeSeries.builder("x.csv")
                                .withId("0." + i)
                                .withTarget("a", 1, 2)
                                .build())
                        .toList());
        assertThat(WholeSeries.Part.parse("0.1", numbers)).isEqualTo(new WholeSeries.Part.Named(List.of("0.1")));
        assertThat(WholeSeries.Part.parse("0.3", numbers)).isEqualTo(new WholeSeries.Part.Drawn(0.3));
        assertThatThrownBy(() -> WholeSeries.Part.parse("1.5", numbers)).isInstanceOf(DataException.class);
    }

    @Test
    void nothingOfASeriesThatIsHeldOutWholeIsFitted() {
        SplittableRandom random = new SplittableRandom(1);
        List<TimeSeries> three = IntStream.range(0, 3)
                .mapToObj(i -> TimeSeries.builder("x.csv")
                        .withId(String.valueOf(i))
                        .withTarget(
                                "a",
                                IntStream.range(0, 40)
                                        .mapToDouble(row -> (i == 0 ? 1e6 : 5) + random.nextDouble())
                                        .toArray())
                        .build())
                .toList();
        List<Split> splits = List.of(new Split(0, 0, 40), new Split(40, 40, 40), new Split(0, 40, 40));
        ForecastSpec spec = ForecastFit.of(three, splits).fit(4, 2);
        assertThat(spec).isEqualTo(ForecastFit.of(three.get(1), splits.get(1)).fit(4, 2));
        assertThat(spec.columns().series()).isEmpty();
        assertThatThrownBy(() -> ForecastFit.of(three, List.of(splits.get(0), splits.get(0), splits.get(2))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no rows are left for training");
    }

    @Test
    void aSmallShareIsOneSeriesAndNoneIsNone() {
        assertThat(WholeSeries.atRandom(TEN, 0, 0.01, 1).stream().filter(split -> split.testRows() > 0))
                .hasSize(1);
        assertThat(WholeSeries.atRandom(TEN, 0, 0.01, 1).stream().filter(split -> split.validationRows() > 0))
                .isEmpty();
    }

    @Test
    void seriesThatAreNotThereAreAnsweredByTheNearest() {
        assertThatThrownBy(() -> WholeSeries.byId(TEN, List.of(), List.of("shop X")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("shops.csv: there is no series 'shop X' to hold out among its 10. Did you mean");
        assertThatThrownBy(() -> WholeSeries.byId(TEN, List.of("shop 1"), List.of("shop 1")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'shop 1' is named twice");
    }

    @Test
    void nothingLeftForTrainingIsRefused() {
        SeriesSet one = SeriesSet.of("x.csv", List.of(TimeSeries.of("a", 1, 2)));
        assertThatThrownBy(() -> WholeSeries.atRandom(one, 0, 0.1, 1))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("x.csv: expected series to be left for training but 0 for validation and 1");
        assertThatThrownBy(() -> WholeSeries.atRandom(TEN, 0.5, 0.5, 1)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> WholeSeries.atRandom(TEN, Double.NaN, 0.5, 1)).isInstanceOf(DataException.class);
    }

    @Test
    void aVocabularyHoldsWhatTrainingRowsHave() {
        Categories file = Categories.of("kind", List.of("a", "b", "c", "d"));
        SeriesSet set = SeriesSet.of(
                "x.csv",
                List.of(
                        TimeSeries.builder("x.csv")
                                .withId("1")
                                .withTarget("y", 1, 2, 3)
                                .withCategory(file, Column.of("kind", 4, 2, 1))
                                .build(),
                        TimeSeries.builder("x.csv")
                                .withId("2")
                                .withTarget("y", 1, 2)
                                .withCategory(file, Column.of("kind", 3, 3))
                                .build()));
        List<Categories> trained = set.trainingCategories(List.of(new Split(2, 3, 3), new Split(0, 0, 2)));
        assertThat(trained.get(0).values()).containsExactly("b", "d");
        SeriesSet renamed = set.withCategories(trained);
        assertThat(renamed.get(0).categoryColumns().get(0).toArray()).containsExactly(2, 1, 0);
        assertThat(renamed.get(1).categoryColumns().get(0).toArray()).containsExactly(0, 0);
    }
}
