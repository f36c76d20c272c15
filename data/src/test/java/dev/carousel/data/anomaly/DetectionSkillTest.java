package dev.carousel.data.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.Gru;
import dev.carousel.data.DataException;
import dev.carousel.data.forecast.ForecastFit;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.forecast.Relative;
import dev.carousel.data.forecast.Stepping;
import dev.carousel.data.series.ColumnRoles;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.Split;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.data.table.Missing;
import dev.carousel.data.table.TableReading;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.train.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file with a column of labels, judged: rows, events and the largest scores. */
class DetectionSkillTest {

    private static final int ROWS = 300;
    private static final Split SPLIT = new Split(150, 200, ROWS);

    /** Where the value jumps far: rows 220 and 221, which follow each other, and 260. */
    private static final Set<Integer> JUMPS = Set.of(220, 221, 260);

    /** Labelled, but nothing can be seen there. */
    private static final int UNSEEN = 205;

    @TempDir
    Path folder;

    private Path file;
    private SeriesSet series;
    private AnomalyTask task;
    private PackedNetwork network;

    private Path write(String name, Set<Integer> labelled) throws IOException {
        StringBuilder csv = new StringBuilder("p,bad\n");
        SplittableRandom random = new SplittableRandom(1);
        for (int row = 0; row < ROWS; row++) {
            double jump = row == 221 ? -50 : JUMPS.contains(row) ? 50 : 0;
            csv.append(Math.sin(row) + 0.1 * random.nextGaussian() + jump)
                    .append(labelled.contains(row) ? ",1\n" : ",0\n");
        }
        return Files.writeString(folder.resolve(name), csv.toString());
    }

    @BeforeEach
    void fitDetector() throws IOException {
        Set<Integer> labelled = new HashSet<>(JUMPS);
        labelled.add(UNSEEN);
        file = write("pump.csv", labelled);
        series = SeriesSet.read(file, ColumnRoles.of("p"));
        TimeSeries one = series.only();
        ForecastSpec spec = ForecastFit.of(one, SPLIT)
                .withSeason(0)
                .withRelative(Relative.NONE)
                .withStepping(Stepping.STEP_BY_STEP)
                .fit(8, 8);
        network = Network.initialised(
                        spec.network(RecurrentArchitecture.of(Gru.STANDARD, 4)),
                        Initialisation.uniform(),
                        new Seeds(1).initialisation())
                .pack();
        ForecastTask forecast = new ForecastTask("pump", ColumnRoles.of("p"), Missing.ERROR, spec, Map.of("", SPLIT));
        task = AnomalyFit.of(forecast, series.series()).withShare(0.002).fit(network);
    }

    private DetectionSkill skill(AnomalyLabels labels) {
        return DetectionSkill.of(task, network, series, labels, new int[] {200}, new int[] {ROWS});
    }

    @Test
    void labelledRowsAndEventsAreCountedAsTheyWerePlanted() {
        AnomalyLabels labels = AnomalyLabels.read(file, "bad", TableReading.defaults(), series);
        DetectionSkill skill = skill(labels);
        assertThat(skill.labelled()).isTrue();
        assertThat(skill.network().rows()).isEqualTo(100);
        assertThat(skill.network().labelled()).isEqualTo(4);
        assertThat(skill.network().found()).isEqualTo(3);
        assertThat(skill.network().recall()).isEqualTo(0.75);
        assertThat(skill.network().precision()).isEqualTo(3.0 / skill.network().alarms());
        // 220 and 221 are one event; nobody can find that of row 205.
        assertThat(skill.events()).isEqualTo(3);
        assertThat(skill.eventsFound()).isEqualTo(2);
        assertThat(skill.naive().found()).isEqualTo(3);
    }

    @Test
    void theScoresAreThoseOfTheStreamAndTheLargestComeFirst() {
        DetectionSkill skill = skill(AnomalyLabels.NONE);
        AnomalyStream stream = AnomalyStream.of(network, task.anomaly());
        double[] scores = IntStream.range(0, ROWS)
                .mapToDouble(row -> stream.add(series.only(), row))
                .skip(200)
                .toArray();
        assertThat(skill.scores()).isEqualTo(scores);
        assertThat(skill.largest()).hasSize(20).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
        assertThat(skill.largest().subList(0, 3))
                .allSatisfy(row -> assertThat(row.column()).isEqualTo("p"))
                .extracting(DetectionSkill.ScoredRow::row)
                .containsExactlyInAnyOrderElementsOf(JUMPS);
        assertThat(skill.labelled()).isFalse();
        assertThat(skill.events()).isZero();
    }

    /** The series drops a row that misses its value, the labels one that misses its label: rows are told by their lines. */
    @Test
    void labelsAreThoseOfTheSameLinesWhereRowsAreDropped() throws IOException {
        TableReading dropping = TableReading.defaults().withMissing(Missing.DROP);
        Path gaps = Files.writeString(
                folder.resolve("gaps.csv"), "id,p,bad\na,1,0\nb,1,1\na,,0\na,3,1\nb,2,0\na,4,0\nb,,1\nb,5,1\na,6,1\n");
        SeriesSet two = SeriesSet.read(gaps, ColumnRoles.of("p").withId("id"), dropping);
        AnomalyLabels labels = AnomalyLabels.read(gaps, "bad", dropping, two);
        assertThat(IntStream.range(0, 4).mapToObj(row -> labels.labelled(0, row)))
                .containsExactly(false, true, false, true);
        assertThat(IntStream.range(0, 3).mapToObj(row -> labels.labelled(1, row)))
                .containsExactly(true, false, true);

        Path unlabelled = Files.writeString(folder.resolve("unlabelled.csv"), "p,bad\n1,0\n,1\n3,\n4,1\n5,0\n");
        SeriesSet one = SeriesSet.read(unlabelled, ColumnRoles.of("p"), dropping);
        assertThatThrownBy(() -> AnomalyLabels.read(unlabelled, "bad", dropping, one))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.MISSING_VALUE))
                .hasMessageContaining("line 4, column 'bad': expected a label for each of 4 rows but found 4");
    }

    @Test
    void labelsThatAreNoneAreRefused() throws IOException {
        assertThatThrownBy(() -> AnomalyLabels.read(file, "p", TableReading.defaults(), series))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column 'p': expected 0, or 1 for a row that should be found");
        Path shorter = folder.resolve("short.csv");
        List<String> lines = Files.readAllLines(file);
        Files.write(shorter, lines.subList(0, 100));
        assertThatThrownBy(() -> AnomalyLabels.read(shorter, "bad", TableReading.defaults(), series))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected a label for each of 300 rows but found 99");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DetectionSkill.of(task, network, series, AnomalyLabels.NONE, new int[0], new int[0]))
                .withMessageContaining("for each of 1 series");
    }
}
