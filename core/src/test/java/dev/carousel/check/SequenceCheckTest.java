package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.check.CheckReport.Row;
import dev.carousel.reference.CellLayer;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LstmReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.NetworkReference;
import dev.carousel.reference.Seq;
import dev.carousel.reference.cell.ReferenceCells;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sequence check lets layers pass that carry their state, and catches those that do not. */
class SequenceCheckTest {

    private static final int[] LENGTHS = {5, 2, 4};

    private final RandomGenerator random = new Random(5);
    private final CellLayer lstm = CellLayer.random(new LstmReference(true), 3, 4, false, 0.6, random);

    static List<CellReference> cells() {
        return ReferenceCells.all();
    }

    private CheckReport check(LayerReference layer) {
        Mats initial = layer.zeroState(3);
        for (String part : initial.names()) {
            initial = initial.with(part, Mat.normal(3, initial.get(part).columns(), 1, random));
        }
        Seq x = Seq.normal(5, layer.inputSize(), LENGTHS, random);
        return SequenceCheck.defaults().check(layer, x, layer.reachable(initial));
    }

    private static List<String> failures(CheckReport report) {
        return report.failures().stream().map(Row::what).toList();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void wholeSequenceEqualsStepByStep(CellReference cell) {
        CheckReport report = check(CellLayer.random(cell, 3, 4, false, 0.6, random));
        assertThat(report.passed()).as(report.table()).isTrue();
        assertThat(report.rows().stream().map(Row::what)).contains("y", "hn", "dx", "dh0");
        assertThat(report.rows().stream().map(Row::what))
                .containsAll(cell.weights(3, 4).stream()
                        .map(weight -> "d" + weight.symbol())
                        .toList());
    }

    @Test
    void stackWithHeadPasses() {
        NetworkReference network = new NetworkReference(new LstmReference(true), 3, 4, 3, false, Optional.of(2));
        assertThat(check(network.random(0.6, random)).passed()).isTrue();
    }

    @Test
    void reverseDirectionFailsSinceItNeedsTheWholeSequence() {
        CellLayer reverse = new CellLayer(new LstmReference(true), 3, 4, true, lstm.weights());
        assertThat(failures(check(reverse))).contains("y", "hn", "cn", "dx");
    }

    @Test
    void ignoredInitialStateIsCaught() {
        assertThat(failures(check(new Wrapped(lstm) {
                    @Override
                    public Run forward(Seq x, Mats initial) {
                        return lstm.forward(x, initial.zerosLike());
                    }
                })))
                .contains("y", "hn", "cn");
    }

    @Test
    void ignoredGradientOfTheFinalCellStateIsCaught() {
        assertThat(failures(check(new Wrapped(lstm) {
                    @Override
                    public Run forward(Seq x, Mats initial) {
                        Run run = lstm.forward(x, initial);
                        return new Run(
                                run.y(),
                                run.last(),
                                (dY, dLast) -> run.backward(
                                        dY, dLast.with("c", dLast.get("c").times(0))));
                    }
                })))
                .contains("dx", "dc0", "dW", "dR")
                .doesNotContain("y", "hn", "cn");
    }

    @Test
    void gradientOfTheLastStepOnlyIsCaught() {
        assertThat(failures(check(new Wrapped(lstm) {
                    @Override
                    public Run forward(Seq x, Mats initial) {
                        Run run = lstm.forward(x, initial);
                        return new Run(run.y(), run.last(), (dY, dLast) -> {
                            Gradients d = run.backward(dY, dLast);
                            int last = x.steps() - 1;
                            Run end = lstm.forward(x.window(last, last + 1), initial);
                            Mats dWeights = end.backward(dY.window(last, last + 1), dLast)
                                    .dWeights();
                            return new Gradients(d.dX(), d.dInitial(), dWeights);
                        });
                    }
                })))
                .containsExactly("dW", "dR", "dbW", "dbR");
    }
}
