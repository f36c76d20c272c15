package dev.carousel.data.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.anomaly.AlarmThreshold;
import dev.carousel.data.anomaly.AnomalySpec;
import dev.carousel.data.anomaly.AnomalyStream;
import dev.carousel.data.series.Categories;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesBuilder;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Column;
import dev.carousel.data.table.Missing;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import dev.carousel.network.Network;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Categories that enter as ids: what stands where, what is known of them, and what a file may say. */
class EmbeddingTest {

    private static final int ORIGIN = 100;

    private final TimeSeries series = Formulations.hours("", 200, 1);
    private final Split split = new Split(150, 175, 200);

    private ForecastFit fit() {
        return ForecastFit.of(series, split).withSeason(24);
    }

    private static Sequence inputs(TimeSeries series, ForecastSpec spec) {
        Sequence x = Sequence.zeros(spec.steps(), 1, spec.inputSize());
        ForecastWindows.of(series, spec).fillInput(ORIGIN, x, 0);
        return x;
    }

    @ParameterizedTest
    @EnumSource(Stepping.class)
    void anIdStandsWhereItsValuesStoodAndAllElseStays(Stepping stepping) {
        ForecastSpec oneHot = fit().withStepping(stepping).fit(12, 6);
        ForecastSpec spec =
                fit().withStepping(stepping).withEmbedding(EmbeddingSize.of(4)).fit(12, 6);
        List<String> names = new ArrayList<>(oneHot.inputNames());
        int at = names.indexOf("kind=unknown");
        names.subList(at, at + 3).clear();
        names.add(at, "kind");
        assertThat(spec.inputNames()).isEqualTo(names).hasSize(spec.inputSize());
        Sequence expected = inputs(series, oneHot);
        Sequence x = inputs(series, spec);
        for (int t = 0; t < spec.steps(); t++) {
            for (int j = 0; j < at; j++) {
                assertThat(x.get(t, 0, j)).isEqualTo(expected.get(t, 0, j));
            }
            assertThat(expected.get(t, 0, at + (int) x.get(t, 0, at))).isEqualTo(1);
            for (int j = at + 1; j < spec.inputSize(); j++) {
                assertThat(x.get(t, 0, j)).isEqualTo(expected.get(t, 0, j + 2));
            }
        }
        assertThat(oneHot.embedding()).isEmpty();
        assertThat(spec.embedding())
                .contains(new ColumnEmbedding(
                        "embedding", spec.inputSize(), List.of(new ColumnEmbedding.Column("kind", at, 3, 4))));
    }

    @Test
    void someCategoriesMayBeEmbeddedAndOthersOneHot() {
        double[] values = IntStream.range(0, 60).mapToDouble(row -> row % 9).toArray();
        TimeSeries table = table(
                values,
                Map.of(
                        "a.b", IntStream.range(0, 60).map(row -> row % 20).toArray(),
                        "few", IntStream.range(0, 60).map(row -> row % 3).toArray(),
                        "a b", IntStream.range(0, 60).map(row -> row % 30).toArray()));
        ForecastSpec spec = ForecastFit.of(table, new Split(60, 60, 60))
                .withSeason(0)
                .withEmbedding(EmbeddingSize.AUTO)
                .fit(4, 2);
        assertThat(spec.inputNames())
                .containsExactly("value", "known", "a b", "a.b", "few=unknown", "few=v0", "few=v1", "few=v2");
        // Names of parameters: without dots, each its own.
        assertThat(spec.embedding().orElseThrow().columns())
                .containsExactly(
                        new ColumnEmbedding.Column("a_b", 2, 31, 11), new ColumnEmbedding.Column("a_b_1", 3, 21, 9));
    }

    /** A series whose categories come in the order of the alphabet. */
    private static TimeSeries table(double[] values, Map<String, int[]> categories) {
        SeriesBuilder builder = TimeSeries.builder("table").withTarget("value", values);
        for (String name : categories.keySet().stream().sorted().toList()) {
            int[] ids = categories.get(name);
            List<String> all = IntStream.of(ids).mapToObj(id -> "v" + id).toList();
            Categories known = Categories.of(name, all);
            double[] column = all.stream().mapToDouble(known::id).toArray();
            builder = builder.withCategory(known, Column.of(name, column));
        }
        return builder.build();
    }

    @Test
    void aValueThatOnlyHeldOutRowsHaveIsUnknown() {
        double[] values = IntStream.range(0, 60).mapToDouble(row -> row % 9).toArray();
        int[] kinds = IntStream.range(0, 60).map(row -> row < 50 ? row % 2 : 2).toArray();
        TimeSeries table = table(values, Map.of("kind", kinds));
        for (EmbeddingSize size : List.of(EmbeddingSize.ONE_HOT, EmbeddingSize.of(2))) {
            ForecastSpec spec = ForecastFit.of(table, new Split(40, 50, 60))
                    .withSeason(0)
                    .withEmbedding(size)
                    .fit(4, 2);
            assertThat(spec.columns().categories().get(0).values()).containsExactly("v0", "v1");
            Sequence x = Sequence.zeros(spec.steps(), 1, spec.inputSize());
            ForecastWindows.of(table, spec).fillInput(50, x, 0);
            boolean oneHot = size.equals(EmbeddingSize.ONE_HOT);
            for (int t = 0; t < 6; t++) {
                int row = 46 + t;
                if (oneHot) {
                    assertThat(x.get(t, 0, 2 + (row < 50 ? 1 + row % 2 : 0))).isEqualTo(1);
                } else {
                    assertThat(x.get(t, 0, 2)).isEqualTo(row < 50 ? 1 + row % 2 : 0);
                }
            }
        }
    }

    @Test
    void aStreamRowByRowGivesTheForecastsOfTheWholeBatch() {
        ForecastSpec spec = fit().withRelative(Relative.PREVIOUS)
                .withStepping(Stepping.STEP_BY_STEP)
                .withEmbedding(EmbeddingSize.of(3))
                .fit(12, 30);
        Network network = Formulations.network(spec, 3);
        AlarmThreshold threshold = new AlarmThreshold(3, 0.01, AlarmThreshold.Fit.QUANTILE);
        AnomalyStream stream = AnomalyStream.of(
                network.pack(), new AnomalySpec(spec, List.of(0.0, 0.0), List.of(1.0, 1.0), threshold));
        int origin = spec.rowsBefore();
        ForecastWindows windows = ForecastWindows.of(series, spec);
        Sequence x = Sequence.zeros(spec.steps(), 1, spec.inputSize());
        windows.fillInput(origin, x, 0);
        Sequence y = network.pack().tape(Team.single()).forward(x, network.freshState(1));
        double[] batch = new double[30 * 2];
        windows.forecast(y, 0, origin, batch, 0);
        for (int row = 0; row < origin + 30; row++) {
            stream.add(windows.series(), row);
            if (row >= origin) {
                assertThat(stream.expected(0)).isEqualTo(batch[2 * (row - origin)], within(1e-4));
            }
        }
    }

    @Test
    void aModelFileLeadsBackAndSoDoPlainValues() {
        ForecastSpec spec = fit().withEmbedding(EmbeddingSize.of(4)).fit(12, 6);
        assertThat(ForecastSpec.fromMap(spec.toMap())).isEqualTo(spec);
        ForecastTask task = task(spec);
        Model model = model(Formulations.network(spec, 1), task);
        assertThat(ForecastTask.of(model)).isEqualTo(task);
        // One-hot, nothing is written that earlier versions did not write.
        ForecastSpec oneHot = fit().fit(12, 6);
        assertThat(oneHot.toMap()).doesNotContainKey("embeddings");
        assertThat(task(oneHot).toTask().has("embeddings")).isFalse();
        assertThat(ForecastTask.of(model(Formulations.network(oneHot, 1), task(oneHot))))
                .isEqualTo(task(oneHot));
    }

    private ForecastTask task(ForecastSpec spec) {
        ColumnRoles columns =
                ColumnRoles.of("load", "heat").withKnown(List.of("price")).withCategories(List.of("kind"));
        return new ForecastTask("load", columns, Missing.ERROR, spec, Map.of("", split));
    }

    private static Model model(Network network, ForecastTask task) {
        return Model.of(network, task.toTask(), Provenance.of("scalar"));
    }

    @Test
    void aNetworkThatReadsItsIdsOtherwiseIsRefused() {
        ForecastSpec spec = fit().withEmbedding(EmbeddingSize.of(4)).fit(12, 6);
        ForecastTask task = task(spec);
        NetworkSpec numbers = NetworkSpec.of(Recurrent.gru(spec.inputSize(), 3), Dense.head(3, 2));
        assertThatThrownBy(() -> ForecastTask.of(model(Network.of(numbers, numbers.zeroParameters()), task)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected a network that begins with ColumnEmbedding")
                .hasMessageContaining("but found none");
        ColumnEmbedding right = spec.embedding().orElseThrow();
        ColumnEmbedding.Column kind = right.columns().get(0);
        NetworkSpec other = NetworkSpec.of(
                new ColumnEmbedding(
                        "embedding",
                        spec.inputSize(),
                        List.of(new ColumnEmbedding.Column("kind", kind.index() + 1, 3, 4))),
                Recurrent.gru(right.outputSize(), 3),
                Dense.head(3, 2));
        assertThatThrownBy(() -> ForecastTask.of(model(Network.of(other, other.zeroParameters()), task)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("index=" + kind.index())
                .hasMessageContaining("index=" + (kind.index() + 1));
    }

    @Test
    void damagedLengthsAreNamed() {
        Map<String, Object> map = new LinkedHashMap<>(
                fit().withEmbedding(EmbeddingSize.of(4)).fit(12, 6).toMap());
        for (Object wrong : List.of(List.of(-1), List.of(2.5), List.of("4"), List.of(4, 4), List.of(), "4")) {
            map.put("embeddings", wrong);
            assertThatThrownBy(() -> ForecastSpec.fromMap(map))
                    .as("%s", wrong)
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("'embeddings' to be a list");
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "11, 0", "12, 6", "21, 9", "101, 21", "201, 31", "1001, 77", "10000, 100", "16777216, 100"})
    void theRuleIsThatOfFastai(int ids, int length) {
        assertThat(EmbeddingSize.AUTO.size(ids)).isEqualTo(length);
    }

    @Test
    void aLengthOfOnesOwnHoldsForEveryCategory() {
        assertThat(EmbeddingSize.of(16).size(2)).isEqualTo(16);
        assertThat(EmbeddingSize.ONE_HOT.size(1000)).isZero();
        for (String label : List.of("auto", "0", "16")) {
            assertThat(EmbeddingSize.parse(label).label()).isEqualTo(label);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "many", "1.5", "", "99999999999"})
    void whatIsNoLengthIsRefused(String label) {
        assertThatThrownBy(() -> EmbeddingSize.parse(label)).isInstanceOf(DataException.class);
    }
}
