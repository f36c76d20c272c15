package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.check.NetworkDifference;
import dev.carousel.decoding.BeamSearch;
import dev.carousel.kernel.Team;
import dev.carousel.loss.Target;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Attention;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Slice;
import dev.carousel.spec.SpecJson;
import dev.carousel.stream.Session;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Examples;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A network that writes a sequence for a sequence: described, drawn, trained, saved, and refused where it cannot be. */
class EncoderDecoderTest {

    private static EncoderDecoder spec(float dropout) {
        return new EncoderDecoder(
                NetworkSpec.of(
                        new Embedding("embedding", 5, 8),
                        new Parameterless.Drop(8, dropout),
                        Recurrent.gru(8, 8).withBidirectional(true)),
                NetworkSpec.of(new Embedding("embedding", 6, 8), Recurrent.gru(8, 16)),
                Attention.additive(8),
                NetworkSpec.of(Dense.head(32, 6)));
    }

    @Test
    void parametersAreThoseOfThePartsAndAllAreDrawn() {
        Network network = Network.initialised(spec(0).network(), new Random(1));
        assertThat(network.parameters().slices())
                .extracting(Slice::name)
                .contains(
                        "encoder.embedding.weight",
                        "encoder.rnn.weight_hh_l0_reverse",
                        "decoder.embedding.weight",
                        "decoder.rnn.bias_hh_l0",
                        "attention.query.weight",
                        "attention.key.weight",
                        "attention.score.weight",
                        "head.out.bias");
        for (Initialisation how : List.of(
                Initialisation.uniform(),
                Initialisation.normal(),
                Initialisation.glorot(),
                Initialisation.orthogonal())) {
            Network drawn = Network.initialised(spec(0).network(), how, new Random(1));
            for (Slice slice : drawn.parameters().slices()) {
                if (slice.name().contains("weight")) {
                    assertThat(drawn.parameters().get(slice.name()))
                            .as(slice.name())
                            .doesNotContain(0);
                }
            }
        }
    }

    @Test
    void aFileSaysAllOfIt() {
        for (Attention attention : List.of(Attention.general(), Attention.dot(), Attention.none())) {
            EncoderDecoder other = new EncoderDecoder(
                    NetworkSpec.of(new OneHot(5), Recurrent.lstm(5, 16).withLayers(2)),
                    NetworkSpec.of(new OneHot(6), Recurrent.lstm(6, 16).withLayers(2)),
                    attention,
                    NetworkSpec.of(Dense.head(attention.attends() ? 32 : 16, 6)));
            assertThat(SpecJson.ofJson(SpecJson.toJson(other.network()))).isEqualTo(other.network());
        }
        String text = SpecJson.toJson(spec(0.1f).network());
        assertThat(SpecJson.ofJson(text)).isEqualTo(spec(0.1f).network());
        Network network = Network.initialised(spec(0).network(), new Random(1));
        Model loaded = Model.ofBytes("pair", Model.of(network, Task.of("pairs")).toBytes());
        assertThat(loaded.spec()).isEqualTo(network.spec());
        assertThat(loaded.fingerprint())
                .isEqualTo(Model.of(network, Task.of("pairs")).fingerprint());
        assertThat(NetworkDifference.of(network, loaded.network(), 20, 1).largest())
                .isZero();
        network.parameters().values()[0] += 0.5f;
        assertThat(NetworkDifference.of(network, loaded.network(), 20, 1).largest())
                .isPositive();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpecJson.ofJson(text.replace("\"outputSize\":6", "\"outputSize\":7")))
                .withMessageContaining("the decoder reads 6 kinds of id");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpecJson.ofJson(text.replace("\"hiddenSize\":8", "\"hiddenSize\":\"8\"")))
                .withMessageContaining("layer 0, encoder, layer 2");
    }

    @Test
    void partsThatDoNotFitAreRefused() {
        NetworkSpec encoder = NetworkSpec.of(new OneHot(5), Recurrent.gru(5, 8));
        NetworkSpec decoder = NetworkSpec.of(new OneHot(6), Recurrent.gru(6, 8));
        NetworkSpec head = NetworkSpec.of(Dense.head(16, 6));
        assertRefused(encoder, NetworkSpec.of(new OneHot(6), Recurrent.gru(6, 9)), head, "begins from the encoder's");
        assertRefused(encoder, NetworkSpec.of(new OneHot(6), Recurrent.lstm(6, 8)), head, "begins from the encoder's");
        assertRefused(encoder, decoder, NetworkSpec.of(Dense.head(8, 6)), "must read 16");
        assertRefused(encoder, decoder, NetworkSpec.of(Dense.head(16, 5)), "gives 5 scores");
        assertRefused(NetworkSpec.of(Recurrent.gru(5, 8)), decoder, head, "must read ids");
        assertRefused(
                encoder,
                NetworkSpec.of(new OneHot(6), Recurrent.gru(6, 4).withBidirectional(true)),
                head,
                "one step at a time");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        NetworkSpec.of(new EncoderDecoder(encoder, decoder, Attention.dot(), head), Dense.head(6, 6)))
                .withMessageContaining("the only layer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Attention(Attention.Score.DOT, 3))
                .withMessageContaining("no units of its own");
    }

    private static void assertRefused(NetworkSpec encoder, NetworkSpec decoder, NetworkSpec head, String part) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EncoderDecoder(encoder, decoder, Attention.dot(), head))
                .withMessageContaining(part);
    }

    @Test
    void batchesThatAreNoPairsAreRefused() {
        Network network = Network.initialised(spec(0).network(), new Random(1));
        Tape tape = network.tape(Team.single());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.forward(Tokens.of(new int[] {1, 2}, 2, 1), network.freshState(1)))
                .withMessageContaining("needs one of each at least");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.forward(Tokens.of(new int[] {1, 5, 2}, 3, 1), network.freshState(1)))
                .withMessageContaining("stands behind one of the output");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.forward(Tokens.of(new int[] {1, 11}, 2, 1), network.freshState(1)))
                .withMessageContaining("ids 0 to 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(0).join(new int[] {1}, 0))
                .withMessageContaining("must be 1 to 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(0).join(new int[0], 1))
                .withMessageContaining("input is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Session.of(network.pack()))
                .withMessageContaining("reads a whole input before it writes");
    }

    /** Reverses three to six ids: nothing that the order of the steps alone could do. */
    @Test
    void learnsToReverse() {
        Random random = new Random(1);
        EncoderDecoder spec = spec(0.05f);
        int[][] pairs = new int[600][];
        int[][] targets = new int[600][];
        for (int n = 0; n < pairs.length; n++) {
            int[] input = random.ints(3 + n % 4, 0, 5).toArray();
            int[] output = new int[input.length];
            targets[n] = new int[input.length + 1];
            for (int i = 0; i < input.length; i++) {
                output[i] = 1 + input[input.length - 1 - i];
                targets[n][i] = output[i];
            }
            pairs[n] = spec.join(input, output);
        }
        TrainingPlan plan = TrainingPlan.forClasses()
                .withOptimiser(new Adam(0.02))
                .withEpochs(14)
                .withClipNorm(1);
        Trainer trainer = Trainer.of(Network.initialised(spec.network(), new Random(2)), plan, Team.single());
        Examples examples = Examples.of(Tokens.ofBatchFirst(pairs), Target.of(Tokens.ofBatchFirst(targets)), 30);
        trainer.train(examples);
        EncoderDecoderTape tape = EncoderDecoderTape.of(trainer.network().pack(), Team.single());
        int right = 0;
        for (int i = 0; i < 100; i++) {
            int[] input = random.ints(5, 0, 5).toArray();
            List<List<BeamSearch.Written>> found =
                    new BeamSearch(3, 1, 10).search(tape, Tokens.ofBatchFirst(new int[][] {input}));
            int[] reversed = new int[5];
            for (int k = 0; k < 5; k++) {
                reversed[k] = 1 + input[4 - k];
            }
            right += Arrays.equals(found.get(0).get(0).ids(), reversed) ? 1 : 0;
        }
        assertThat(right).isGreaterThan(90);
    }
}
