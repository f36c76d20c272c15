package dev.carousel.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.Samples;
import dev.carousel.network.State;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.ForwardReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Regularisation;
import dev.carousel.stream.Session;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A cell whose four parts lie unit by unit is shared by threads and carried as any other: {@link ExponentialCell}. */
class ExponentialCellTest {

    private static final int D = 3;

    private final Samples samples = new Samples(31);

    /** The same equations in double. */
    private record Reference() implements ForwardReference {

        @Override
        public String name() {
            return "exponential";
        }

        @Override
        public List<WeightSpec> weights(int D, int H) {
            List<WeightSpec> weights = new ArrayList<>(CellReference.gateWeights(4, D, H));
            weights.add(new WeightSpec("u", "u", 1, H));
            return weights;
        }

        @Override
        public Map<String, Integer> state(int H) {
            Map<String, Integer> parts = new LinkedHashMap<>();
            List.of("h", "c", "n", "m").forEach(part -> parts.put(part, H));
            return parts;
        }

        @Override
        public Mats next(Mats weights, Mat x, Mats previous) {
            Mat hPrev = previous.get("h");
            Mat a = x.product(weights.get("W").transposed())
                    .plusRow(weights.get("bW"))
                    .plus(hPrev.product(weights.get("R").transposed()))
                    .plusRow(weights.get("bR"));
            Mat second = a.columnBlock(0, 4);
            Mat first = a.columnBlock(1, 4).plus(previous.get("m"));
            Mat m = first.copy();
            for (int k = 0; k < m.values().length; k++) {
                m.values()[k] = Math.max(first.values()[k], second.values()[k]);
            }
            Mat i = second.minus(m).map(Math::exp);
            Mat f = first.minus(m).map(Math::exp);
            Mat c = f.times(previous.get("c")).plus(i.times(a.columnBlock(2, 4).tanh()));
            Mat n = f.times(previous.get("n")).plus(i);
            Mat h = a.columnBlock(3, 4)
                    .logistic()
                    .times(c)
                    .times(n.map(value -> 1 / Math.sqrt(1 + value * value)))
                    .plus(hPrev.timesRow(weights.get("u")));
            return Mats.of("h", h).with("c", c).with("n", n).with("m", m);
        }
    }

    @Test
    void oneCallProvesIt() {
        CheckReport report = StandardChecks.cell(new ExponentialCell(), new Reference(), 1);
        assertThat(report.passed()).as(report.table()).isTrue();
    }

    @Test
    void noiseAndThreadsGoTogether() {
        Regularisation noise = new Regularisation(false, 0.25f, 0.2f, 0.3f, 0);
        Recurrent layer = Recurrent.of(new ExponentialCell(), D, 9).withRegularisation(noise);
        CheckReport report = EngineCheck.defaults().checkTraining(samples.network(layer), new Reference(), 5, 0, 3, 1);
        assertThat(report.passed()).as(report.table()).isTrue();
        // By rows, and by units: few full sequences of a large layer.
        Network wide = samples.network(Recurrent.of(new ExponentialCell(), D, 128)
                .withRegularisation(noise)
                .withLayers(2));
        for (int[] lengths : new int[][] {{6, 1, 0, 3, 6, 5, 2, 4, 6}, {6, 6}, {30}}) {
            CheckReport threads = EngineCheck.defaults().checkThreads(wide, 2, lengths);
            assertThat(threads.passed()).as(threads.table()).isTrue();
        }
    }

    @Test
    void zoneoutOfOnePartAmongOthersIsRefused() {
        Recurrent layer = Recurrent.of(new ExponentialCell(), D, 9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.withRegularisation(Regularisation.NONE.withZoneout(0.1f, 0.1f)))
                .withMessageContaining("the cell exponential has more than h and c in its state");
    }

    @Test
    void sessionsBeginFromItsInfiniteState() {
        PackedNetwork network = samples.network(
                        Recurrent.of(new ExponentialCell(), D, 7).withLayers(2))
                .pack();
        Sequence x = samples.sequence(D, 12);
        State state = network.freshState(1);
        assertThat(state.get(1, "m").row(0)).containsOnly(Float.NEGATIVE_INFINITY);
        Sequence whole = network.tape(Team.single()).forward(x, state);
        Session session = Session.of(network);
        float[] y = new float[7];
        for (int t = 0; t < 12; t++) {
            session.step(x.step(t).row(0), y);
            assertThat(y).isEqualTo(whole.step(t).row(0));
        }
        assertThat(session.state().values()).isEqualTo(state.values());
        assertThat(state.isFinite(0)).isTrue();
    }
}
