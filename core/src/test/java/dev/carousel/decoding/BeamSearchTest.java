package dev.carousel.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.decoding.BeamSearch.Written;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.EncoderDecoderTape;
import dev.carousel.network.Network;
import dev.carousel.spec.Attention;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a beam finds, against every output that there is. */
class BeamSearchTest {

    private static final int MOST = 3;
    private static final int[][] INPUTS = {{0, 2, 1}, {1}, {2, 2}};

    private static EncoderDecoder spec() {
        return new EncoderDecoder(
                NetworkSpec.of(new OneHot(3), Recurrent.gru(3, 5)),
                NetworkSpec.of(new OneHot(3), Recurrent.gru(3, 5)),
                Attention.dot(),
                NetworkSpec.of(Dense.head(10, 3)));
    }

    private static Network network(long seed) {
        Random random = new Random(seed);
        Parameters parameters = spec().network().zeroParameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.values()[i] = (float) random.nextGaussian();
        }
        return Network.of(spec().network(), parameters, Kernels.scalar());
    }

    /** The logarithm of the probability of an output and its end, by what the network was taught with. */
    private static double logProbability(Network network, int[] input, int[] output) {
        return logProbability(network, input, output, true);
    }

    private static double logProbability(Network network, int[] input, int[] output, boolean ended) {
        Tokens pair = Tokens.ofBatchFirst(new int[][] {spec().join(input, output)});
        Sequence y = network.pack().tape(Team.single()).infer(pair, network.freshState(1));
        double sum = 0;
        for (int t = 0; t < output.length + (ended ? 1 : 0); t++) {
            double all = 0;
            for (int k = 0; k < 3; k++) {
                all += Math.exp(y.get(t, 0, k));
            }
            sum += y.get(t, 0, t < output.length ? output[t] : 0) - Math.log(all);
        }
        return sum;
    }

    private static List<int[]> outputs() {
        List<int[]> all = new ArrayList<>();
        all.add(new int[0]);
        for (int i = 0; i < all.size(); i++) {
            for (int id = 1; id < 3 && all.get(i).length < MOST; id++) {
                int[] longer = Arrays.copyOf(all.get(i), all.get(i).length + 1);
                longer[longer.length - 1] = id;
                all.add(longer);
            }
        }
        return all;
    }

    @Test
    void aBeamThatIsWideEnoughFindsTheBestOfAll() {
        for (double power : new double[] {0, 1, 0.6}) {
            for (int seed = 0; seed < 6; seed++) {
                Network network = network(seed);
                EncoderDecoderTape tape = EncoderDecoderTape.of(network.pack(), Team.single());
                List<List<Written>> found = new BeamSearch(100, power, MOST).search(tape, Tokens.ofBatchFirst(INPUTS));
                for (int n = 0; n < INPUTS.length; n++) {
                    int[] input = INPUTS[n];
                    int[] best = outputs().stream()
                            .max(Comparator.comparingDouble(output ->
                                    logProbability(network, input, output) / Math.pow(output.length + 1, power)))
                            .orElseThrow();
                    Written first = found.get(n).get(0);
                    assertThat(first.ids()).as("seed %s, power %s", seed, power).isEqualTo(best);
                    assertThat(first.logProbability()).isCloseTo(logProbability(network, input, best), within(1e-5));
                    assertThat(first.ended()).isTrue();
                    assertThat(found.get(n).stream().filter(Written::ended)).hasSize(15);
                }
            }
        }
    }

    @Test
    void whatDoesNotEndHasTheProbabilityOfItsIdsAndStandsThereOnce() {
        int unended = 0;
        for (int width = 1; width < 8; width++) {
            for (int seed = 0; seed < 6; seed++) {
                Network network = network(seed);
                EncoderDecoderTape tape = EncoderDecoderTape.of(network.pack(), Team.single());
                List<List<Written>> found = new BeamSearch(width, 1, MOST).search(tape, Tokens.ofBatchFirst(INPUTS));
                for (int n = 0; n < INPUTS.length; n++) {
                    assertThat(found.get(n)).hasSizeBetween(1, width);
                    assertThat(found.get(n).stream().map(one -> Arrays.toString(one.ids())))
                            .doesNotHaveDuplicates();
                    for (Written one : found.get(n)) {
                        assertThat(one.logProbability())
                                .isCloseTo(logProbability(network, INPUTS[n], one.ids(), one.ended()), within(1e-5));
                        assertThat(one.attention())
                                .hasDimensions(one.ids().length + (one.ended() ? 1 : 0), INPUTS[n].length);
                        assertThat(one.ended() || one.ids().length == MOST).isTrue();
                        unended += one.ended() ? 0 : 1;
                    }
                }
            }
        }
        assertThat(unended).isPositive();
    }

    @Test
    void widthOneIsGreedy() {
        for (int seed = 0; seed < 6; seed++) {
            Network network = network(seed);
            EncoderDecoderTape tape = EncoderDecoderTape.of(network.pack(), Team.single());
            List<List<Written>> found = BeamSearch.greedy(MOST).search(tape, Tokens.ofBatchFirst(INPUTS));
            for (int n = 0; n < INPUTS.length; n++) {
                assertThat(found.get(n)).hasSize(1);
                Written only = found.get(n).get(0);
                Tokens pair = Tokens.ofBatchFirst(new int[][] {spec().join(INPUTS[n], only.ids())});
                Sequence y = network.pack().tape(Team.single()).infer(pair, network.freshState(1));
                for (int t = 0; t < only.attention().length; t++) {
                    int chosen = t < only.ids().length ? only.ids()[t] : 0;
                    for (int k = 0; k < 3; k++) {
                        assertThat(y.get(t, 0, chosen)).isGreaterThanOrEqualTo(y.get(t, 0, k) - 1e-5f);
                    }
                }
                assertThat(only.attention())
                        .hasDimensions(only.ids().length + (only.ended() ? 1 : 0), INPUTS[n].length);
                assertThat(only.ids().length).isLessThanOrEqualTo(MOST);
            }
        }
    }

    @Test
    void otherInputsOfABatchChangeNothing() {
        Network network = network(5);
        EncoderDecoderTape tape = EncoderDecoderTape.of(network.pack(), Team.single());
        BeamSearch search = new BeamSearch(2, 1, MOST);
        List<List<Written>> all = search.search(tape, Tokens.ofBatchFirst(INPUTS));
        for (int n = 0; n < INPUTS.length; n++) {
            Written alone = search.search(tape, Tokens.ofBatchFirst(new int[][] {INPUTS[n]}))
                    .get(0)
                    .get(0);
            assertThat(alone.ids()).isEqualTo(all.get(n).get(0).ids());
            assertThat(alone.logProbability()).isEqualTo(all.get(n).get(0).logProbability());
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        Network network = network(1);
        EncoderDecoderTape tape = EncoderDecoderTape.of(network.pack(), Team.single());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BeamSearch.greedy(3).search(tape, Tokens.ofBatchFirst(new int[][] {{0}, {}})))
                .withMessageContaining("input 1 is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BeamSearch.greedy(3).search(tape, Tokens.ofBatchFirst(new int[][] {{3}})))
                .withMessageContaining("knows ids 0 to 2");
        assertThatIllegalArgumentException().isThrownBy(() -> new BeamSearch(0, 0, 3));
        network.parameters().values()[0] = Float.NaN;
        Arrays.fill(network.parameters().values(), Float.NaN);
        EncoderDecoderTape broken = EncoderDecoderTape.of(network.pack(), Team.single());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BeamSearch.greedy(3).search(broken, Tokens.ofBatchFirst(INPUTS)))
                .withMessageContaining("not finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.pack().warm(4, 1, Duration.ofSeconds(1)))
                .withMessageContaining("an EncoderDecoder reads pairs that were joined");
        Network other = Network.initialised(NetworkSpec.of(new OneHot(3), Recurrent.gru(3, 5)), new Random(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EncoderDecoderTape.of(other.pack(), Team.single()))
                .withMessageContaining("is no EncoderDecoder");
    }
}
