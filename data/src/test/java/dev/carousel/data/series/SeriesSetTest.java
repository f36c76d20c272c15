package dev.carousel.data.series;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.data.DataException;
import dev.carousel.data.dataset.Births;
import dev.carousel.data.file.FileText;
import dev.carousel.data.table.TableReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesSetTest {

    private static final String SHOPS = """
            day,shop,sales,visitors,price,weather
            2024-01-01,north,3,30,1.5,sun
            2024-01-01,south,7,70,2.5,rain
            2024-01-02,north,4,40,1.5,rain
            2024-01-02,south,8,80,2.5,snow
            2024-01-03,north,,,1.25,sun
            2024-01-03,south,9,90,2.25,sun
            2024-01-04,south,,,2,rain
            """;

    private static final ColumnRoles SHOP_COLUMNS = ColumnRoles.of("sales")
            .withFeatures(List.of("visitors"))
            .withKnown(List.of("price"))
            .withCategories(List.of("weather"))
            .withId("shop");

    @TempDir
    Path folder;

    private SeriesSet read(String text, ColumnRoles columns, TableReading reading) throws IOException {
        return SeriesSet.read(Files.writeString(folder.resolve("shops.csv"), text), columns, reading);
    }

    private SeriesSet read(String text, ColumnRoles columns) throws IOException {
        return read(text, columns, TableReading.defaults().withFolder(folder));
    }

    /** Rows go to the file at once: not one byte of memory is allowed. */
    private TableReading fromFile() {
        return TableReading.defaults().withFolder(folder).withHeapBytes(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachIdIsASeriesWithItsOwnRowsHoweverMixed(boolean mapped) throws IOException {
        SeriesSet shops = read(
                SHOPS,
                SHOP_COLUMNS,
                mapped ? fromFile() : TableReading.defaults().withFolder(folder));
        assertThat(shops.series()).extracting(TimeSeries::id).containsExactly("north", "south");
        TimeSeries north = shops.get(0);
        TimeSeries south = shops.find("south").orElseThrow();
        assertThat(north.values()).containsExactly(3, 4);
        assertThat(north.featureColumns().get(0).toArray()).containsExactly(30, 40);
        assertThat(north.knownColumns().get(0).toArray()).containsExactly(1.5, 1.5, 1.25);
        assertThat(north.line(1)).isEqualTo(4);
        assertThat(north.date(2)).isEqualTo(LocalDateTime.of(2024, 1, 3, 0, 0));
        assertThat(south.values()).containsExactly(7, 8, 9);
        assertThat(south.known(0, 3)).isEqualTo(2);
        assertThat(south.knownLength()).isEqualTo(4);
        assertThat(south.line(3)).isEqualTo(8);
        assertThat(south.date(4)).isEqualTo(LocalDateTime.of(2024, 1, 5, 0, 0));
        Categories weather = shops.categories().get(0);
        assertThat(weather.values()).containsExactly("rain", "snow", "sun");
        assertThat(south.categoryColumns().get(0).toArray()).containsExactly(1, 2, 3, 1);
        assertThat(shops.columns().date()).contains("day");
        assertThat(shops.bytes()).isEqualTo(SHOPS.getBytes(UTF_8).length);
        assertThat(shops.sha256()).isEqualTo(FileText.sha256(SHOPS.getBytes(UTF_8)));
    }

    @Test
    void nothingIsLeftBesideTheFileWhileTheRowsAreStillThere() throws IOException {
        SeriesSet shops = read(SHOPS, SHOP_COLUMNS, fromFile());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("shops.csv"));
        }
        assertThat(shops.get(1).value(2)).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 300_000, 1L << 40})
    void memoryAndFileHoldTheSameRows(long heapBytes) throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder text = new StringBuilder("time,id,a,b\n");
        List<List<Double>> expected = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int[] count = new int[3];
        for (int i = 0; i < 20_000; i++) {
            int id = random.nextInt(3);
            double value = random.nextDouble() * 1e-3;
            expected.get(id).add(value);
            text.append(LocalDate.of(1900, 1, 1).plusDays(count[id]++))
                    .append(",s")
                    .append(id)
                    .append(',')
                    .append(value)
                    .append(',')
                    .append(i)
                    .append('\n');
        }
        SeriesSet set = read(
                text.toString(),
                ColumnRoles.of("a").withFeatures(List.of("b")).withId("id"),
                TableReading.defaults().withFolder(folder).withHeapBytes(heapBytes));
        assertThat(set.rows()).isEqualTo(20_000);
        for (int id = 0; id < 3; id++) {
            TimeSeries series = set.find("s" + id).orElseThrow();
            assertThat(series.values())
                    .containsExactly(expected.get(id).stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray());
            assertThat(series.spacing()).hasToString("1 day");
            for (int row = 0; row < series.length(); row++) {
                assertThat(series.line(row)).isEqualTo((long) series.feature(0, row) + 2);
            }
        }
    }

    @Test
    void theReadingIsToldHowFarItIs() throws IOException {
        List<Long> told = new ArrayList<>();
        read(SHOPS, SHOP_COLUMNS, TableReading.defaults().withListener((bytes, total) -> {
            assertThat(total).isEqualTo(SHOPS.length());
            told.add(bytes);
        }));
        assertThat(told).endsWith((long) SHOPS.length());
    }

    @Test
    void withoutAnIdTheFileIsOneSeries() throws IOException {
        TimeSeries series = read("a,b\n1,2\n3,4\n", ColumnRoles.of("b")).only();
        assertThat(series.id()).isEmpty();
        assertThat(series.values()).containsExactly(2, 4);
        assertThat(series.spacing()).isEqualTo(Spacing.ROWS);
    }

    @Test
    void theSeriesOfTheBirthsIsTheSameReadInEitherWay() throws IOException {
        TimeSeries births = Births.series();
        Path file = folder.resolve("births.csv");
        Files.copy(Births.class.getResourceAsStream("births-usa-1969-1988.csv"), file);
        TimeSeries streamed =
                SeriesSet.read(file, ColumnRoles.of("births"), fromFile()).only();
        assertThat(streamed.values()).isEqualTo(births.values());
        assertThat(streamed.spacing()).isEqualTo(births.spacing());
        assertThat(streamed.date(7400)).isEqualTo(births.date(7400));
    }

    @Test
    void aStarIsAllColumnsThatAreNothingElse() throws IOException {
        SeriesSet set = read(
                SHOPS.lines().filter(line -> !line.contains(",,")).reduce("", (a, b) -> a + b + "\n"),
                ColumnRoles.of("sales")
                        .withFeatures(List.of("*"))
                        .withKnown(List.of("price"))
                        .withId("shop"));
        assertThat(set.columns().features()).containsExactly("visitors");
        assertThat(set.columns().categories()).containsExactly("weather");
        assertThat(set.columns().known()).containsExactly("price");
    }

    @Test
    void aFileToClassifyNeedsNoTarget() throws IOException {
        SeriesSet set = read(
                "id,x,label\na,1,up\na,2,up\nb,3,down\n",
                new ColumnRoles(
                        List.of(), List.of("x"), List.of(), List.of("label"), Optional.of("id"), Optional.empty()));
        assertThat(set.size()).isEqualTo(2);
        assertThat(set.get(0).length()).isEqualTo(2);
        assertThat(set.categories().get(0).value(set.get(1).category(0, 0))).isEqualTo("down");
    }

    @Test
    void dateTimesKeepTheirSeconds() throws IOException {
        TimeSeries series = read("t,a\n1965-03-01 23:59:58,1\n1965-03-01 23:59:59.5,2\n", ColumnRoles.of("a"))
                .only();
        assertThat(series.date(0)).isEqualTo(LocalDateTime.of(1965, 3, 1, 23, 59, 58));
        assertThat(series.date(1)).isEqualTo(LocalDateTime.of(1965, 3, 1, 23, 59, 59, 500_000_000));
    }

    @Test
    void aColumnHasOneRole() {
        assertThatThrownBy(() -> read(SHOPS, ColumnRoles.of("sales").withId("sales")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(
                        "column 'sales': the column of ids can be a category as well, but no target or feature");
        assertThatThrownBy(() -> ColumnRoles.of("a", "a"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'a' is named twice");
        assertThatThrownBy(() -> read(SHOPS, ColumnRoles.of()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected a target, a feature or a category");
    }
}
