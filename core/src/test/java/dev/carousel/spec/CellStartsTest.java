package dev.carousel.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the newer cells start from, as their papers have it, and starts that remember for as long as sequences are. */
class CellStartsTest {

    private static final int D = 20;
    private static final int H = 400;
    private static final int T = 500;

    private static Parameters drawn(NetworkSpec spec, Initialisation how) {
        Parameters parameters = spec.zeroParameters();
        Arrays.fill(parameters.values(), Float.NaN);
        how.fill(spec, parameters, new Random(7));
        for (float number : parameters.values()) {
            assertThat(number).isFinite();
        }
        return parameters;
    }

    private static Parameters drawn(String kind, Initialisation how) {
        return drawn(NetworkSpec.of(Recurrent.of(Cells.of(kind), D, H).withLayers(2), Dense.head(H, 1)), how);
    }

    private static double[] numbers(Parameters parameters, String name, int from, int to) {
        float[] all = parameters.get("rnn." + name);
        return IntStream.range(from, to).mapToDouble(i -> all[i]).toArray();
    }

    /** Numbers that fill a range evenly: ends and middle, to three and a half deviations of a mean. */
    private static void assertEven(double[] numbers, double from, double to) {
        double spread = to - from;
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        double rounding = 1e-6 * (1 + Math.abs(to));
        assertThat(sorted[0]).isBetween(from - rounding, from + 0.03 * spread);
        assertThat(sorted[sorted.length - 1]).isBetween(to - 0.03 * spread, to + rounding);
        assertThat(Arrays.stream(sorted).average().orElseThrow())
                .isCloseTo((from + to) / 2, within(3.5 * spread / Math.sqrt(12.0 * sorted.length)));
    }

    /** Whatever the network's way to start is, for it does not know these weights. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cellsStartAsTheirPapersSay(boolean uniform) {
        Initialisation how = uniform ? Initialisation.uniform() : Initialisation.orthogonal();
        for (String layer : new String[] {"_l0", "_l1"}) {
            assertEven(numbers(drawn("indrnn", how), "weight_hh" + layer, 0, H), 0, 1);
            // a^8 of a recurrence gate that is open, with a = σ(-Λ).
            double[] decay = Arrays.stream(numbers(drawn("rglru", how), "weight_a" + layer, 0, H))
                    .map(lambda -> Math.pow(1 / (1 + Math.exp(lambda)), 8))
                    .toArray();
            assertEven(decay, 0.9, 0.999);
            assertEven(numbers(drawn("slstm", how), "bias_ih" + layer, H, 2 * H), 3, 6);
            Parameters sru = drawn("sru", how);
            assertEven(numbers(sru, "weight_ch" + layer, 0, 2 * H), -Math.sqrt(3.0 / H), Math.sqrt(3.0 / H));
            assertThat(sru.get("rnn.bias_ih" + layer)).containsOnly(0);
            Parameters normalised = drawn("lnlstm", how);
            for (String gain : new String[] {"norm_ih", "norm_hh", "norm_c"}) {
                assertThat(normalised.get("rnn." + gain + layer)).containsOnly(1);
            }
            assertThat(normalised.get("rnn.norm_bias_c" + layer)).containsOnly(0);
        }
    }

    /** ln τ of gates that keep, and its negative of gates that let in; the τ are even from 1 to T - 1. */
    @ParameterizedTest
    @CsvSource({"lstm,1,0", "lnlstm,1,0", "gru,1,-1", "sru,0,-1", "mgu,-1,0", "mingru,-1,0", "minlstm,0,1"})
    void gatesRememberForUpToAsManySteps(String kind, int keeps, int letsIn) {
        Parameters usual = drawn(kind, Initialisation.uniform());
        Parameters parameters = drawn(kind, Initialisation.uniform().remembering(T));
        for (String layer : new String[] {"_l0", "_l1"}) {
            float[] bias = parameters.get("rnn.bias_ih" + layer);
            float[] before = usual.get("rnn.bias_ih" + layer);
            for (int gate = 0; gate < bias.length / H; gate++) {
                double[] of = numbers(parameters, "bias_ih" + layer, gate * H, (gate + 1) * H);
                if (gate == keeps || gate == letsIn) {
                    double sign = gate == keeps ? 1 : -1;
                    assertEven(Arrays.stream(of).map(b -> Math.exp(sign * b)).toArray(), 1, T - 1);
                } else {
                    assertThat(Arrays.copyOfRange(bias, gate * H, (gate + 1) * H))
                            .isEqualTo(Arrays.copyOfRange(before, gate * H, (gate + 1) * H));
                }
            }
            assertThat(parameters.get("rnn.weight_ih" + layer)).isEqualTo(usual.get("rnn.weight_ih" + layer));
        }
        if (keeps >= 0 && letsIn >= 0) {
            double[] kept = numbers(parameters, "bias_ih_l0", keeps * H, (keeps + 1) * H);
            assertThat(numbers(parameters, "bias_ih_l0", letsIn * H, (letsIn + 1) * H))
                    .isEqualTo(Arrays.stream(kept).map(b -> -b).toArray());
        }
    }

    /** Of two stacks, the last layer of the last one is the last. */
    @Test
    void unitsOfAnIndRnnMayGrowByTwoOverASequence() {
        NetworkSpec spec = NetworkSpec.of(
                Recurrent.of(Cells.of("indrnn"), D, H),
                Recurrent.of(Cells.of("indrnn"), H, H).withName("rnn2").withLayers(2),
                Dense.head(H, 1));
        Parameters parameters = drawn(spec, Initialisation.uniform().remembering(T));
        double most = Math.pow(2, 1.0 / T);
        assertEven(numbers(parameters, "weight_hh_l0", 0, H), 0, most);
        assertEven(doubles(parameters.get("rnn2.weight_hh_l0")), 0, most);
        assertEven(doubles(parameters.get("rnn2.weight_hh_l1")), 1 / most, most);
        double usual = 1 / Math.sqrt(H);
        assertEven(doubles(parameters.get("rnn.weight_ih_l0")), -usual, usual);
        assertEven(doubles(parameters.get("rnn2.weight_ih_l0")), -usual, usual);
        double ofSums = Math.sqrt(3.0 / H / T);
        assertEven(doubles(parameters.get("rnn2.weight_ih_l1")), -ofSums, ofSums);
        for (String bias : new String[] {"rnn.bias_ih_l0", "rnn2.bias_ih_l0", "rnn2.bias_ih_l1"}) {
            assertThat(parameters.get(bias)).containsOnly(0);
        }
    }

    private static double[] doubles(float[] numbers) {
        return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rnn", "slstm", "rglru"})
    void othersStartAsTheyDo(String kind) {
        assertThat(drawn(kind, Initialisation.uniform().remembering(T)).values())
                .isEqualTo(drawn(kind, Initialisation.uniform()).values());
    }

    @Test
    void layersWithoutBiasesHaveNoGatesToSet() {
        for (Cell cell : Cells.ALL) {
            if (!cell.kind().equals("lnlstm") && !cell.kind().equals("indrnn")) {
                NetworkSpec spec = NetworkSpec.of(Recurrent.of(cell, D, 8).withBias(false));
                assertThat(drawn(spec, Initialisation.uniform().remembering(T)).values())
                        .isEqualTo(drawn(spec, Initialisation.uniform()).values());
            }
        }
    }

    @Test
    void nothingIsRememberedOfOneStep() {
        assertThatThrownBy(() -> Initialisation.uniform().remembering(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sequences have 1 steps but it takes at least 2");
    }
}
