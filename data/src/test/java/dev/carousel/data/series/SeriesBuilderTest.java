package dev.carousel.data.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.table.Column;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesBuilderTest {

    private static List<LocalDateTime> days(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> LocalDateTime.of(2024, 2, 27, 0, 0).plusDays(i))
                .toList();
    }

    @Test
    void everyColumnIsFoundUnderItsRole() {
        Categories kinds = Categories.of("kind", List.of("shop", "kiosk"));
        TimeSeries series = TimeSeries.builder("by hand")
                .withId("north")
                .withTarget("sales", 1, 2, 3)
                .withTarget("returns", 4, 5, 6)
                .withFeature("visitors", 7, 8, 9)
                .withKnown("price", 10, 11, 12, 13)
                .withCategory(kinds, Column.of("kind", 2, 2, 1, 0))
                .withDates(days(4))
                .build();
        assertThat(series.id()).isEqualTo("north");
        assertThat(series.targets()).containsExactly("sales", "returns");
        assertThat(series.target()).isEqualTo("sales");
        assertThat(series.length()).isEqualTo(3);
        assertThat(series.knownLength()).isEqualTo(4);
        assertThat(series.value(2)).isEqualTo(3);
        assertThat(series.value(1, 2)).isEqualTo(6);
        assertThat(series.feature(0, 1)).isEqualTo(8);
        assertThat(series.known(0, 3)).isEqualTo(13);
        assertThat(series.category(0, 1)).isEqualTo(kinds.id("shop"));
        assertThat(series.category(0, 3)).isEqualTo(Categories.UNKNOWN);
        assertThat(series.date(4)).isEqualTo(LocalDateTime.of(2024, 3, 2, 0, 0));
        assertThat(series.place()).isEqualTo("by hand, series 'north'");
        assertThat(series).hasToString("TimeSeries[by hand, series 'north', [sales, returns], 3 rows, 1 day]");
    }

    @Test
    void aSeriesToClassifyNeedsNoTarget() {
        TimeSeries series =
                TimeSeries.builder("by hand").withFeature("x", 1, 2, 3).build();
        assertThat(series.targets()).isEmpty();
        assertThat(series.length()).isEqualTo(3);
        assertThatThrownBy(series::target)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("by hand has no target");
    }

    @Test
    void columnsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> TimeSeries.builder("x").build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TimeSeries.of("x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TimeSeries.builder("x")
                        .withTarget("a", 1, 2)
                        .withFeature("b", 1, 2, 3)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Column 'b' has 3 rows but 'a' has 2.");
        assertThatThrownBy(() -> TimeSeries.builder("x")
                        .withTarget("a", 1, 2)
                        .withKnown("b", 1)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must reach as far as the targets");
        assertThatThrownBy(() -> TimeSeries.builder("x")
                        .withTarget("a", 1, 2)
                        .withDates(days(3))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the dates 3");
        assertThatThrownBy(() -> TimeSeries.builder("x")
                        .withTarget("a", 1, 2)
                        .withFeature("a", 1, 2)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Two columns are called 'a'.");
    }

    @Test
    void idsOfAnotherVocabularyAreThatVocabularys() {
        Categories own = Categories.of("kind", List.of("kiosk", "market", "shop"));
        Categories trained = Categories.of("kind", List.of("hall", "shop"));
        TimeSeries series = TimeSeries.builder("x")
                .withTarget("a", 1, 2, 3, 4)
                .withCategory(own, Column.of("kind", 1, 2, 3, 0))
                .build()
                .withCategories(List.of(trained));
        assertThat(series.categories()).containsExactly(trained);
        assertThat(IntStream.range(0, 4).map(row -> series.category(0, row))).containsExactly(0, 0, 2, 0);
        assertThatThrownBy(() -> series.withCategories(List.of(Categories.of("colour", List.of("red")))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no vocabulary for this column but for [colour]");
    }

    @Test
    void seriesOfASetHaveTheSameColumns() {
        TimeSeries a = TimeSeries.of("a", 1, 2);
        SeriesSet set = SeriesSet.of("two", List.of(a, TimeSeries.of("a", 3, 4, 5)));
        assertThat(set.rows()).isEqualTo(5);
        assertThatThrownBy(set::only)
                .isInstanceOf(DataException.class)
                .hasMessageContaining("two: expected one series but found 2");
        assertThatThrownBy(() -> SeriesSet.of("x", List.of(a, TimeSeries.of("b", 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SeriesSet.of("x", List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
