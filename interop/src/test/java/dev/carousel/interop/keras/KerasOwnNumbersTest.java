package dev.carousel.interop.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The literal numbers of Keras' own layer tests, from files of the same layers: lstm_test.py, gru_test.py,
 * simple_rnn_test.py, bidirectional_test.py, time_distributed_test.py, dense_test.py, embedding_test.py and softmax_test.py
 * of keras-team/keras.
 *
 * <p>Each model is read as Keras 3 writes it (.keras) and as Keras 2 wrote it (.h5).
 */
class KerasOwnNumbersTest {

    private static final float TOLERANCE = 1e-5f;

    @TempDir
    Path folder;

    private Network network(String name, String ending) {
        return KerasFiles.read(KerasTestFiles.file(folder, "own_" + name + ending));
    }

    private static void assertOutput(Sequence y, float[]... expected) {
        assertThat(y.batchSize()).isEqualTo(expected.length);
        for (int n = 0; n < expected.length; n++) {
            assertThat(Runs.sequence(y, n)).as("sequence " + n).containsExactly(expected[n], offset(TOLERANCE));
        }
    }

    private static float[] all(int size, float value) {
        float[] numbers = new float[size];
        java.util.Arrays.fill(numbers, value);
        return numbers;
    }

    private static float[] of(float... numbers) {
        return numbers;
    }

    /** The steps that a mask leaves: Keras freezes the state where the mask is False, so a step left out does the same. */
    private static Sequence kept(Sequence x, boolean[]... mask) {
        Sequence kept = Sequence.zeros(x.steps(), x.batchSize(), x.size());
        int[] lengths = new int[x.batchSize()];
        for (int n = 0; n < x.batchSize(); n++) {
            for (int t = 0; t < x.steps(); t++) {
                if (mask[n][t]) {
                    for (int d = 0; d < x.size(); d++) {
                        kept.set(lengths[n], n, d, x.get(t, n, d));
                    }
                    lengths[n]++;
                }
            }
        }
        return kept.withLengths(lengths);
    }

    private static State state(Network network, int part, float scaleH, float scaleC) {
        State state = network.freshState(2);
        fill(state, part, scaleH, scaleC);
        return state;
    }

    /** arange(...) times a number, as Keras' tests give initial states. */
    private static void fill(State state, int part, float scaleH, float scaleC) {
        int H = state.h(part).cols();
        for (int i = 0; i < 2 * H; i++) {
            state.h(part).set(i / H, i % H, i * scaleH);
            if (state.hasCellState(part)) {
                state.c(part).set(i / H, i % H, i * scaleC);
            }
        }
    }

    /** lstm_test.py, test_correctness. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void lstm(String ending) {
        SequenceBatch x = Runs.arange(3, 6, 4);
        float[][] usual = {all(3, 0.6288687f), all(3, 0.86899155f), all(3, 0.9460773f)};
        assertOutput(Runs.run(network("lstm", ending), x), usual);
        assertOutput(Runs.run(network("lstm_unroll", ending), x), usual);
        assertOutput(
                Runs.run(network("lstm_go_backwards", ending), x),
                all(3, 0.35622165f),
                all(3, 0.74789524f),
                all(3, 0.8872726f));
        assertOutput(
                Runs.run(network("lstm_unit_forget_bias_false", ending), x),
                all(3, 0.57019705f),
                all(3, 0.8661914f),
                all(3, 0.9459622f));
        assertOutput(
                Runs.run(network("lstm_use_bias_false", ending), x),
                all(3, 0.54986924f),
                all(3, 0.86226785f),
                all(3, 0.9443936f));
    }

    /** lstm_test.py, test_statefulness: what a stateful layer keeps is our State. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void lstmKeepsItsState(String ending) {
        Network network = network("lstm_stateful", ending);
        State state = network.freshState(2);
        Runs.run(network, Runs.arange(2, 3, 4), state);
        assertOutput(Runs.run(network, Runs.arange(2, 3, 4), state), all(4, 0.3124785f), all(4, 0.6863672f));
    }

    /** lstm_test.py, test_pass_initial_state. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void lstmBeginsFromAState(String ending) {
        Network forward = network("lstm_of_3", ending);
        assertOutput(
                Runs.run(forward, Runs.arange(2, 4, 3), state(forward, 0, 1, 1)),
                of(0.20574439f, 0.3558822f),
                of(0.64930826f, 0.66276f));
        Network backward = network("lstm_of_3_go_backwards", ending);
        assertOutput(
                Runs.run(backward, Runs.arange(2, 4, 3), state(backward, 0, 1, 1)),
                of(0.13281618f, 0.2790356f),
                of(0.5839337f, 0.5992567f));
    }

    /** lstm_test.py, test_masking; where Keras repeats the last output at masked steps, ours is 0. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void lstmSkipsMaskedSteps(String ending) {
        Sequence x = Runs.arange(2, 4, 3).withLengths(3, 2);
        assertOutput(Runs.run(network("lstm_of_3", ending), x), all(2, 0.11755939f), all(2, 0.28556206f));
        for (String name : new String[] {"lstm_of_3_zero_output_for_mask", "lstm_of_3_sequences"}) {
            assertOutput(
                    Runs.run(network(name, ending), x),
                    of(0.01588910f, 0.01588910f, 0.05552048f, 0.05552048f, 0.11755939f, 0.11755939f, 0, 0),
                    of(0.14185596f, 0.14185596f, 0.28556206f, 0.28556206f, 0, 0, 0, 0));
        }
        boolean[][] backwardsMask = {{false, true, true, true}, {false, false, true, true}};
        assertOutput(
                Runs.run(network("lstm_of_3_go_backwards", ending), kept(Runs.arange(2, 4, 3), backwardsMask)),
                all(2, 0.15341201f),
                all(2, 0.3844719f));
    }

    /** gru_test.py, test_correctness. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void gru(String ending) {
        SequenceBatch x = Runs.arange(3, 6, 4);
        float[][] usual = {all(3, 0.5217289f), all(3, 0.6371659f), all(3, 0.39384964f)};
        assertOutput(Runs.run(network("gru", ending), x), usual);
        assertOutput(Runs.run(network("gru_unroll", ending), x), usual);
        assertOutput(
                Runs.run(network("gru_go_backwards", ending), x),
                all(3, 0.24406259f),
                all(3, 0.611516f),
                all(3, 0.3928808f));
        assertOutput(
                Runs.run(network("gru_reset_after_false", ending), x),
                all(3, 0.51447755f),
                all(3, 0.6426879f),
                all(3, 0.40208298f));
        assertOutput(
                Runs.run(network("gru_use_bias_false", ending), x),
                all(3, 0.49988455f),
                all(3, 0.64701194f),
                all(3, 0.4103359f));
    }

    /** gru_test.py, test_statefulness and test_pass_initial_state. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void gruKeepsItsStateAndBeginsFromOne(String ending) {
        Network stateful = network("gru_stateful", ending);
        State state = stateful.freshState(2);
        Runs.run(stateful, Runs.arange(2, 3, 4), state);
        assertOutput(Runs.run(stateful, Runs.arange(2, 3, 4), state), all(4, 0.29542392f), all(4, 0.5885018f));

        Network forward = network("gru_of_3", ending);
        assertOutput(
                Runs.run(forward, Runs.arange(2, 4, 3), state(forward, 0, 1, 1)),
                of(0.23774096f, 0.33508456f),
                of(0.83659905f, 1.0227708f));
        Network backward = network("gru_of_3_go_backwards", ending);
        assertOutput(
                Runs.run(backward, Runs.arange(2, 4, 3), state(backward, 0, 1, 1)),
                of(0.13486053f, 0.23261218f),
                of(0.78257304f, 0.9691353f));
    }

    private static final boolean[][] MASK = {{true, true, false, true}, {true, false, false, true}};

    /** gru_test.py, test_masking. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void gruSkipsMaskedSteps(String ending) {
        Sequence x = kept(Runs.arange(2, 4, 3), MASK);
        assertOutput(Runs.run(network("gru_of_3", ending), x), all(2, 0.19393763f), all(2, 0.30818558f));
        for (String name : new String[] {"gru_of_3_sequences", "gru_of_3_zero_output_for_mask"}) {
            assertOutput(
                    Runs.run(network(name, ending), x),
                    of(0.03606692f, 0.03606692f, 0.09497581f, 0.09497581f, 0.19393763f, 0.19393763f, 0, 0),
                    of(0.16051409f, 0.16051409f, 0.30818558f, 0.30818558f, 0, 0, 0, 0));
        }
        assertOutput(Runs.run(network("gru_of_3_go_backwards", ending), x), all(2, 0.11669192f), all(2, 0.28380975f));
    }

    /** simple_rnn_test.py, test_correctness, test_statefulness and test_pass_initial_state. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void simpleRnn(String ending) {
        SequenceBatch x = Runs.arange(2, 3, 4);
        assertOutput(Runs.run(network("simple_rnn", ending), x), all(4, 0.405432f), all(4, 0.73605347f));
        assertOutput(Runs.run(network("simple_rnn_unroll", ending), x), all(4, 0.405432f), all(4, 0.73605347f));
        assertOutput(Runs.run(network("simple_rnn_go_backwards", ending), x), all(4, 0.11144729f), all(4, 0.5528889f));

        Network stateful = network("simple_rnn_stateful", ending);
        State state = stateful.freshState(2);
        Runs.run(stateful, x, state);
        assertOutput(Runs.run(stateful, x, state), all(4, 0.40559256f), all(4, 0.7361247f));

        Network forward = network("simple_rnn_of_3", ending);
        assertOutput(
                Runs.run(forward, Runs.arange(2, 4, 3), state(forward, 0, 1, 1)),
                all(4, 0.33621645f),
                all(4, 0.6262637f));
        Network backward = network("simple_rnn_of_3_go_backwards", ending);
        assertOutput(
                Runs.run(backward, Runs.arange(2, 4, 3), state(backward, 0, 1, 1)),
                all(4, 0.07344437f),
                all(4, 0.43043602f));
    }

    /** simple_rnn_test.py, test_masking. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void simpleRnnSkipsMaskedSteps(String ending) {
        Sequence x = kept(Runs.arange(2, 4, 3), MASK);
        assertOutput(Runs.run(network("simple_rnn_of_3", ending), x), all(4, 0.32951632f), all(4, 0.61799484f));
        for (String name : new String[] {"simple_rnn_of_3_sequences", "simple_rnn_of_3_zero_output_for_mask"}) {
            assertOutput(
                    Runs.run(network(name, ending), x),
                    of(0.0599281f, 0.0599281f, 0.15122814f, 0.15122814f, 0.32394567f, 0.32394567f, 0, 0),
                    of(0.3969304f, 0.3969304f, 0.608085f, 0.608085f, 0, 0, 0, 0));
        }
        assertOutput(
                Runs.run(network("simple_rnn_of_3_go_backwards", ending), x), all(4, 0.07376196f), all(4, 0.43645123f));
    }

    /** bidirectional_test.py, test_correctness. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void bidirectional(String ending) {
        SequenceBatch x = Runs.arange(2, 3, 4);
        assertOutput(
                Runs.run(network("bidirectional", ending), x),
                of(0.39687276f, 0.39687276f, 0.10004295f, 0.10004295f),
                of(0.7237238f, 0.7237238f, 0.53391594f, 0.53391594f));
        assertOutput(Runs.run(network("bidirectional_ave", ending), x), all(2, 0.24845785f), all(2, 0.6288199f));
        assertOutput(Runs.run(network("bidirectional_mul", ending), x), all(2, 0.08374989f), all(2, 0.6740834f));
        assertOutput(
                Runs.run(network("bidirectional_gru_sum", ending), x),
                of(0.20937867f, 0.20937867f, 0.34462988f, 0.34462988f, 0.40290534f, 0.40290534f),
                of(0.59829646f, 0.59829646f, 0.6734641f, 0.6734641f, 0.6479671f, 0.6479671f));
    }

    /** bidirectional_test.py, test_statefulness, test_pass_initial_state, test_masking. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void bidirectionalKeepsStatesAndSkipsMaskedSteps(String ending) {
        Network stateful = network("bidirectional_lstm_stateful", ending);
        State state = stateful.freshState(2);
        Runs.run(stateful, Runs.arange(2, 4, 3), state);
        assertOutput(
                Runs.run(stateful, Runs.arange(2, 4, 3), state),
                of(0.26234663f, 0.26234663f, 0.16959146f, 0.16959146f),
                of(0.6137073f, 0.6137073f, 0.5381646f, 0.5381646f));

        Network network = network("bidirectional_lstm", ending);
        State given = network.freshState(2);
        fill(given, 0, 1, 2);
        fill(given, 1, 3, 4);
        assertOutput(
                Runs.run(network, Runs.arange(2, 4, 3), given),
                of(0.20794602f, 0.4577124f, 0.14046375f, 0.48191673f),
                of(0.6682636f, 0.6711909f, 0.60943645f, 0.60950446f));

        assertOutput(
                Runs.run(network("bidirectional_gru", ending), kept(Runs.arange(2, 4, 3), MASK)),
                of(0.19393763f, 0.19393763f, 0.11669192f, 0.11669192f),
                of(0.30818558f, 0.30818558f, 0.28380975f, 0.28380975f));
    }

    /** bidirectional_test.py, test_return_state: the states that Keras returns are our final State. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void bidirectionalEndsInTheStatesThatKerasReturns(String ending) {
        Network network = network("bidirectional_lstm", ending);
        State state = network.freshState(2);
        assertOutput(
                Runs.run(network, Runs.arange(2, 4, 3), state),
                of(0.1990008f, 0.1990008f, 0.12659755f, 0.12659755f),
                of(0.52335435f, 0.52335435f, 0.44717982f, 0.44717982f));
        assertThat(state.h(0).get(0, 0)).isCloseTo(0.1990008f, offset(TOLERANCE));
        assertThat(state.c(0).get(0, 1)).isCloseTo(0.35567185f, offset(TOLERANCE));
        assertThat(state.c(0).get(1, 0)).isCloseTo(1.0492687f, offset(TOLERANCE));
        assertThat(state.h(1).get(1, 1)).isCloseTo(0.44717982f, offset(TOLERANCE));
        assertThat(state.c(1).get(0, 0)).isCloseTo(0.2501858f, offset(TOLERANCE));
        assertThat(state.c(1).get(1, 1)).isCloseTo(0.941473f, offset(TOLERANCE));
    }

    /** time_distributed_test.py, dense_test.py, softmax_test.py and embedding_test.py: test_correctness of each. */
    @ParameterizedTest
    @ValueSource(strings = {".keras", ".h5"})
    void layersOfOneStep(String ending) {
        assertOutput(
                Runs.run(network("time_distributed", ending), Runs.arange(3, 2, 4)),
                of(0.06f, 0.22f),
                of(0.38f, 0.53999996f),
                of(0.7f, 0.86f));
        Sequence x = Sequence.of(new float[] {-1, 2}, 1, 1, 2);
        assertOutput(Runs.run(network("dense", ending), x), of(10, 0));
        assertOutput(Runs.run(network("dense_use_bias_false", ending), x), of(5, -6));
        assertOutput(
                Runs.run(network("softmax", ending), Sequence.of(new float[] {1, 2, 1}, 1, 1, 3)),
                of(0.21194157f, 0.5761169f, 0.21194157f));
        assertOutput(
                Runs.run(network("embedding", ending), Tokens.of(new int[] {2, 1, 0}, 3, 1)), of(3, 3, 2, 2, 0, 0));
    }
}
