package dev.carousel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cli.timing.Shape;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The tables hold what was asked for, and nothing wrong is timed. */
class TablesTest {

    private static String printed(Object command, String... args) {
        StringWriter out = new StringWriter();
        CommandLine line = new CommandLine(command);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(new PrintWriter(out));
        assertThat(line.execute(args)).isZero();
        return out.toString();
    }

    @Test
    void productsHaveARowForEachSizeAndTheLeast() {
        String table = printed(
                new ProductShares(),
                "--kinds=multiply,transposed",
                "--threads=1",
                "--rows=3,5",
                "--depths=17",
                "--cols=33",
                "--seconds=0.001");
        assertThat(table).contains("multiply, 1 thread(s)", "transposed, 1 thread(s)", "3 x 17", "5 x 17", "cols 33");
        assertThat(table).containsPattern("least [0-9.]+ %");
    }

    @Test
    void linearityHasARowForEachShape() {
        String table = printed(
                new Linearity(), "--works=infer", "--steps=1,2", "--batches=1", "--threads=1", "--seconds=0.001");
        assertThat(table).contains("T1 N64 D128 H128", "T2 N64 D128 H128", "T100 N1 D128 H128");
        assertThat(table).containsPattern("at most [0-9.]+ % off");
    }

    @Test
    void vocabulariesHaveARowForEachSoftmax() {
        String table = printed(
                new VocabularyRates(),
                "--words=300",
                "--units=4",
                "--steps=3",
                "--batch=2",
                "--threads=1",
                "--seconds=0.001");
        assertThat(table).containsPattern("300 +full +[0-9]").containsPattern("300 +adaptive +\\[[0-9, ]+\\] +[0-9]");
    }

    @Test
    void poolHasARatioForEachRoundAndOneSessionAlone() {
        String table = printed(
                new PoolRates(),
                "--sessions=50",
                "--inputs=3",
                "--units=4",
                "--batch=8",
                "--rounds=2",
                "--seconds=0.01",
                "--alone=0.01");
        assertThat(table.lines().filter(line -> line.contains("events/s"))).hasSize(2);
        assertThat(table).containsPattern("median ratio [0-9.]+");
        assertThat(table.lines()
                        .filter(line -> line.matches(".*median [0-9,]+ ns, 99 % below .*bytes allocated a step")))
                .hasSize(2);
    }

    @Test
    void comparisonHasARowForEachCaseAndTheMeans() {
        String table = printed(
                new PeerComparison(),
                "--peer=carousel",
                "--shapes=2,1,3,4;1,1,3,4",
                "--cells=lstm,rnn",
                "--works=infer,step",
                "--rounds=1",
                "--threads=1",
                "--seconds=0.001");
        assertThat(table).contains("lstm infer T2 N1 D3 H4", "rnn step T1 N1 D3 H4", "infer lstm", "all ");
        assertThat(table.lines().filter(line -> line.contains("ratio"))).hasSize(6);
    }

    @Test
    void resultsThatDifferAreNotTimed() {
        assertThatThrownBy(() -> LayerCheck.agree("y", "ours", new float[] {1, 2}, "theirs", new float[] {1, 2.001f}))
                .hasMessageContaining("number 1 is 2.0 in ours but 2.001 in theirs");
        assertThatThrownBy(() -> LayerCheck.agree("y", "ours", new float[] {Float.NaN}, "theirs", new float[] {1}))
                .hasMessageContaining("NaN");
    }

    @Test
    void layersThatDifferAreNotTimed() {
        LayerCase one = new LayerCase("lstm", Work.TRAIN, Shape.parse("3,2,4,5"));
        LayerData data = LayerData.of(one);
        LayerData other = LayerData.of(one);
        other.dY()[7] += 1;
        try (TimedLayer a = CarouselEngine.best().open(one, data, 1);
                TimedLayer b = CarouselEngine.best().open(one, other, 1)) {
            assertThatThrownBy(() -> LayerCheck.agree(one, "ours", a, "theirs", b))
                    .hasMessageContaining("gradient of");
        }
    }

    @Test
    void unknownEngineIsNamedWithWhatThereIs() {
        assertThatThrownBy(() -> Engines.of("nobody"))
                .hasMessageContaining("carousel")
                .hasMessageContaining("peers");
    }

    @Test
    void shapesThatAreNoShapesAreRefused() {
        assertThatThrownBy(() -> Shape.parse("1,2,3")).hasMessageContaining("T,N,D,H");
        assertThatThrownBy(() -> Shape.parse("1,2,3,x")).hasMessageContaining("T,N,D,H");
        assertThatThrownBy(() -> Shape.parse("1,2,3,0")).hasMessageContaining("T,N,D,H");
    }
}
