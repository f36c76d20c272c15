package dev.carousel.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Gru;
import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalySpec;
import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.anomaly.NaiveAnomaly;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.data.table.Missing;
import dev.carousel.data.text.Vocabulary;
import dev.carousel.json.Json;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.RecurrentArchitecture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table function, from SQL. */
// An iterator may be interrupted when it closes; nobody does that here.
@SuppressWarnings("try")
class CarouselTableFunctionTest {

    @TempDir
    Path folder;

    private final TableEnvironment tables = TableEnvironment.create(
            EnvironmentSettings.newInstance().inStreamingMode().build());

    private Path model() {
        Model model = Model.of(
                Network.initialised(
                        NetworkSpec.of(new OneHot(4), Recurrent.gru(4, 5), Dense.head(5, 4)), new SplittableRandom(1)),
                Vocabulary.of("abc\n").addTo(Task.of("text")));
        Path file = folder.resolve("text.safetensors");
        model.save(file);
        return file;
    }

    private List<Row> rows(String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> all = tables.executeSql(query).collect()) {
            all.forEachRemaining(rows::add);
        }
        return rows;
    }

    @Test
    void rowsAreAnsweredAsByAStreamInProcess() throws Exception {
        Path file = model();
        tables.getConfig().set("parallelism.default", "2");
        tables.executeSql("CREATE TEMPORARY SYSTEM FUNCTION Carousel AS 'dev.carousel.flink.CarouselTableFunction'");
        tables.executeSql("CREATE TEMPORARY VIEW words (who, place, `text`) AS VALUES"
                + " ('ann', 1, 'ab'), ('bob', 1, 'c'), ('ann', 2, 'cab'), ('bob', 2, 'ba'), ('ann', 3, 'a')");
        List<Row> rows = rows(
                "SELECT who, `number`, answer, label, alarm FROM Carousel(readings => TABLE words PARTITION BY who,"
                        + " model => '" + file.toUri() + "')");
        Map<String, TaskStream> streams = new HashMap<>();
        StreamModel shared = StreamModel.load(file);
        assertThat(rows).hasSize(5);
        Map<String, List<String>> texts = Map.of("ann", List.of("ab", "cab", "a"), "bob", List.of("c", "ba"));
        Map<String, Integer> next = new HashMap<>();
        for (Row row : rows) {
            String who = row.getFieldAs(0);
            String text = texts.get(who).get(next.merge(who, 1, Integer::sum) - 1);
            Answer.Text answer = (Answer.Text)
                    streams.computeIfAbsent(who, none -> shared.open()).add(Event.text(text));
            assertThat(row.<Double>getFieldAs(1)).isEqualTo(answer.surprise());
            assertThat(row.<String>getFieldAs(2)).contains("\"surprise\":");
            assertThat(row.getField(3)).isNull();
            assertThat(row.<Boolean>getFieldAs(4)).isFalse();
        }
    }

    @Test
    void aPartitionIsTheSeriesByWhoseStatisticsItIsNormalised() throws Exception {
        Path file = folder.resolve("shops.safetensors");
        shops().save(file);
        tables.executeSql("CREATE TEMPORARY SYSTEM FUNCTION Carousel AS 'dev.carousel.flink.CarouselTableFunction'");
        tables.executeSql("CREATE TEMPORARY VIEW loads (load, shop) AS VALUES (4e0, 'small'), (500e0, 'large'),"
                + " (5e0, 'small'), (510e0, 'large')");
        List<Row> rows = rows("SELECT shop, answer FROM Carousel(readings => TABLE loads PARTITION BY shop, model => '"
                + file.toUri() + "')");
        StreamModel model = StreamModel.load(file);
        for (String shop : List.of("small", "large")) {
            TaskStream alone = model.open(shop);
            List<String> expected = new ArrayList<>();
            for (double load : shop.equals("small") ? new double[] {4, 5} : new double[] {500, 510}) {
                expected.add(Json.write(alone.add(Event.of("load", load)).fields()));
            }
            assertThat(rows.stream().filter(row -> shop.equals(row.getField(0))).map(row -> row.<String>getFieldAs(1)))
                    .containsExactlyElementsOf(expected);
        }
        tables.executeSql("CREATE TEMPORARY VIEW others (load, shop) AS VALUES (4e0, 'unknown')");
        assertThatThrownBy(() -> rows("SELECT * FROM Carousel(readings => TABLE others PARTITION BY shop, model => '"
                        + file.toUri() + "')"))
                .hasStackTraceContaining("unknown");
    }

    /** The statements of docs/engines.md as they are there, but for the path of the file. */
    @Test
    void theStatementsOfThePageRun() throws Exception {
        Path file = folder.resolve("anomaly.safetensors");
        detector().save(file);
        String page = Files.readString(Path.of("../docs/engines.md"));
        Matcher sql = Pattern.compile("(?s)```sql\n(.*?);\n(.*?);\n```").matcher(page);
        assertThat(sql.find()).isTrue();
        tables.executeSql(sql.group(1));
        StringJoiner values =
                new StringJoiner(", ", "CREATE TEMPORARY VIEW pressures (pump, pressure, flow) AS VALUES ", "");
        Map<String, TaskStream> alone = new HashMap<>();
        List<Row> expected = new ArrayList<>();
        for (int t = 0; t < 40; t++) {
            for (String pump : List.of("a", "b")) {
                // Literals of doubles, so that the view is one list of rows, which keeps its order.
                String pressure =
                        String.format(Locale.ROOT, "%.6fe0", pump.equals("b") && t == 30 ? 40 : 20 + Math.sin(t));
                String flow = String.format(Locale.ROOT, "%.6fe0", 3 + Math.cos(t));
                values.add("('" + pump + "', " + pressure + ", " + flow + ")");
                Answer.Score score = (Answer.Score) alone.computeIfAbsent(
                                pump, none -> StreamModel.load(file).open())
                        .add(Event.of("pressure", Double.parseDouble(pressure)).with("flow", Double.parseDouble(flow)));
                if (score.alarm()) {
                    expected.add(Row.of(pump, score.score(), score.farthestColumn()));
                }
            }
        }
        tables.executeSql(values.toString());
        List<Row> rows = rows(sql.group(2)
                .replace("file:///models/anomaly.safetensors", file.toUri().toString()));
        assertThat(rows).isNotEmpty().containsExactlyInAnyOrderElementsOf(expected);
        assertThat(rows).contains(Row.of("b", expected.get(0).getField(1), "pressure"));
    }

    private static Model detector() {
        double[] pressure =
                IntStream.range(0, 100).mapToDouble(t -> 20 + Math.sin(t)).toArray();
        double[] flow =
                IntStream.range(0, 100).mapToDouble(t -> 3 + Math.cos(t)).toArray();
        TimeSeries series = TimeSeries.builder("pumps.csv")
                .withTarget("pressure", pressure)
                .withTarget("flow", flow)
                .build();
        Split split = new Split(60, 80, 100);
        ForecastSpec spec = ForecastFit.of(series, split)
                .withSeason(0)
                .withRelative(Relative.PREVIOUS)
                .withStepping(Stepping.STEP_BY_STEP)
                .fit(4, 1);
        ForecastTask task =
                new ForecastTask("pumps", ColumnRoles.of("pressure", "flow"), Missing.FORWARD, spec, Map.of("", split));
        AlarmThreshold threshold = new AlarmThreshold(8, 0.01, AlarmThreshold.Fit.QUANTILE);
        List<Double> zeros = List.of(0.0, 0.0);
        List<Double> ones = List.of(1.0, 1.0);
        Network network =
                Network.initialised(spec.network(RecurrentArchitecture.of(Gru.STANDARD, 4)), new SplittableRandom(1));
        return Model.of(
                network,
                new AnomalyTask(
                                task,
                                new AnomalySpec(spec, zeros, ones, threshold),
                                new NaiveAnomaly(zeros, ones),
                                threshold)
                        .toTask());
    }

    private static Model shops() {
        List<TimeSeries> series = List.of(loads("small", 5), loads("large", 500));
        Split split = new Split(60, 80, 100);
        ForecastSpec spec = ForecastFit.of(series, List.of(split, split))
                .withSeason(0)
                .withEachScaled(true)
                .fit(3, 1);
        ForecastTask task = new ForecastTask(
                "load",
                ColumnRoles.of("load").withId("shop"),
                Missing.FORWARD,
                spec,
                Map.of("small", split, "large", split));
        Network network =
                Network.initialised(spec.network(RecurrentArchitecture.of(Gru.STANDARD, 4)), new SplittableRandom(1));
        return Model.of(network, task.toTask());
    }

    private static TimeSeries loads(String name, double level) {
        return TimeSeries.builder("loads.csv")
                .withId(name)
                .withTarget(
                        "load",
                        IntStream.range(0, 100)
                                .mapToDouble(i -> level * (1 + 0.2 * Math.sin(i)))
                                .toArray())
                .build();
    }

    @Test
    void aColumnThatIsMissingIsNamed() {
        Path file = model();
        tables.executeSql("CREATE TEMPORARY SYSTEM FUNCTION Carousel AS 'dev.carousel.flink.CarouselTableFunction'");
        tables.executeSql("CREATE TEMPORARY VIEW words (who, word) AS VALUES ('ann', 'ab')");
        assertThatThrownBy(() -> rows("SELECT * FROM Carousel(readings => TABLE words PARTITION BY who, model => '"
                        + file.toUri() + "')"))
                .hasStackTraceContaining("The model reads the column 'text' but the table has only [who, word]");
    }
}
