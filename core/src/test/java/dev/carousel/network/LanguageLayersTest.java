package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import dev.carousel.reference.language.ActivityPenaltyLayer;
import dev.carousel.reference.language.GoldenLanguage;
import dev.carousel.reference.language.WordDropoutReference;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.ActivityPenalty;
import dev.carousel.spec.Parameterless.DropWords;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.SpecJson;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Penalties on activations and dropout of words: reference and engine against PyTorch. */
class LanguageLayersTest {

    private static final GoldenLanguage ACTIVITY = GoldenLanguage.read("activity");
    private static final GoldenLanguage WORDS = GoldenLanguage.read("words");

    private static ActivityPenaltyLayer reference() {
        return new ActivityPenaltyLayer(4, ACTIVITY.number("alpha"), ACTIVITY.number("beta"));
    }

    private static NetworkSpec penalties() {
        return NetworkSpec.of(
                new ActivityPenalty(4, 0, (float) ACTIVITY.number("beta")),
                new ActivityPenalty(4, (float) ACTIVITY.number("alpha"), 0));
    }

    @Test
    void theReferencesPenaltyEqualsPyTorch() {
        Seq h = Seq.over(5, 3, 4, ACTIVITY.numbers("h"));
        assertThat(reference().penalty(h)).isCloseTo(ACTIVITY.number("penalty"), within(1e-12));
        Seq zero = Seq.zerosLike(h, 4);
        assertThat(reference()
                        .forward(h, Mats.empty())
                        .backward(zero, Mats.empty())
                        .dX()
                        .values())
                .containsExactly(ACTIVITY.numbers("d_h"), within(1e-12));
    }

    @Test
    void theReferencesGradientIsThatOfCentralDifferencesOnRaggedBatches() {
        Seq h = Seq.normal(5, 4, new int[] {5, 1, 0, 3}, new SplittableRandom(1));
        double[] d = reference()
                .forward(h, Mats.empty())
                .backward(Seq.zerosLike(h, 4), Mats.empty())
                .dX()
                .values();
        double step = 1e-5;
        for (int i = 0; i < d.length; i++) {
            double was = h.values()[i];
            h.values()[i] = was + step;
            double above = reference().penalty(h);
            h.values()[i] = was - step;
            double below = reference().penalty(h);
            h.values()[i] = was;
            assertThat(d[i]).as("number " + i).isCloseTo((above - below) / (2 * step), within(1e-8));
        }
    }

    private static float[] gradient(Sequence x, boolean training) {
        Network network = Network.of(penalties(), penalties().zeroParameters(), Kernels.scalar());
        Tape tape = network.tape(Team.single());
        State state = network.freshState(x.batchSize());
        Sequence y = training ? tape.forwardTraining(x, state, new SplittableRandom(1)) : tape.forward(x, state);
        assertThat(y.data()).startsWith(x.data());
        tape.backward(
                Sequence.zeros(x.steps(), x.batchSize(), 4),
                network.parameters().zerosLike());
        return Arrays.copyOf(tape.inputGradient().data(), x.data().length);
    }

    @Test
    void theEnginesGradientEqualsPyTorchInTrainingAndIsNoneOutside() {
        Sequence h = Sequence.of(ACTIVITY.floats("h"), 5, 3, 4);
        assertThat(gradient(h, true)).containsExactly(ACTIVITY.floats("d_h"), within(1e-6f));
        assertThat(gradient(h, false)).containsOnly(0f);
    }

    @Test
    void theEngineEqualsTheReferenceOnRaggedBatches() {
        int[] lengths = {5, 1, 0, 3};
        Seq h = Seq.normal(5, 4, lengths, new SplittableRandom(1));
        Sequence x = Sequence.of(GoldenLanguage.floats(h.values()), 5, 4, 4).withLengths(lengths);
        double[] expected = reference()
                .forward(h, Mats.empty())
                .backward(Seq.zerosLike(h, 4), Mats.empty())
                .dX()
                .values();
        assertThat(GoldenLanguage.doubles(gradient(x, true))).containsExactly(expected, within(1e-6));
    }

    @Test
    void penaltiesAndSegmentsDoNotGoTogether() {
        NetworkSpec spec = NetworkSpec.of(Recurrent.gru(3, 4), new ActivityPenalty(4, 1, 1));
        Network network = Network.initialised(spec, new SplittableRandom(1));
        assertThat(SegmentedTape.canCut(spec)).isFalse();
        assertThatThrownBy(() -> SegmentedTape.of(spec, network.tape(Team.single()), 3))
                .hasMessageContaining("A network with an ActivityPenalty cannot be trained in segments");
        assertThat(SpecJson.ofJson(SpecJson.toJson(spec))).isEqualTo(spec);
        assertThatThrownBy(() -> new ActivityPenalty(4, -1, 0)).hasMessageContaining("must be finite and at least 0");
        assertThatThrownBy(() -> new ActivityPenalty(4, 0, Float.NaN)).hasMessageContaining("NaN");
    }

    @Test
    void theReferenceOfDroppedWordsEqualsPyTorch() {
        WordDropoutReference words = new WordDropoutReference(
                Mat.over(6, 4, WORDS.numbers("table")), Mat.over(1, 6, WORDS.numbers("factors")));
        assertThat(words.forward(3, 3, WORDS.ids("ids")).values()).containsExactly(WORDS.numbers("y"), within(1e-14));
        Seq dY = Seq.over(3, 3, 4, WORDS.numbers("d_y"));
        assertThat(words.backward(dY, WORDS.ids("ids")).values())
                .containsExactly(WORDS.numbers("d_table"), within(1e-14));
    }

    @Test
    void theEngineDropsWordsAsTheReferenceDoes() {
        NetworkSpec spec = NetworkSpec.of(new Embedding("embedding", 6, 4), new DropWords(4, 0.4f));
        assertThat(SpecJson.ofJson(SpecJson.toJson(spec))).isEqualTo(spec);
        Parameters parameters = spec.zeroParameters();
        parameters.set("embedding.weight", WORDS.floats("table"));
        Network network = Network.of(spec, parameters, Kernels.scalar());
        Tape tape = network.tape(Team.single());
        int[] ids = WORDS.ids("ids");
        int dropped = 0;
        for (int seed = 0; seed < 20; seed++) {
            float[] m = Noise.of(new SplittableRandom(seed)).factors(Noise.Kind.WORD, 1, 6, 0.4f);
            for (float factor : m) {
                assertThat(factor).isIn(0f, 1 / (1 - 0.4f));
                dropped += factor == 0 ? 1 : 0;
            }
            WordDropoutReference words = new WordDropoutReference(
                    Mat.over(6, 4, WORDS.numbers("table")), Mat.over(1, 6, GoldenLanguage.doubles(m)));
            Sequence y = tape.forwardTraining(Tokens.of(ids, 3, 3), network.freshState(3), new SplittableRandom(seed));
            assertThat(GoldenLanguage.doubles(y.data()))
                    .containsExactly(words.forward(3, 3, ids).values(), within(1e-6));
            Parameters gradient = parameters.zerosLike();
            tape.backward(Sequence.of(WORDS.floats("d_y"), 3, 3, 4), gradient);
            Seq dY = Seq.over(3, 3, 4, WORDS.numbers("d_y"));
            assertThat(GoldenLanguage.doubles(gradient.values()))
                    .containsExactly(words.backward(dY, ids).values(), within(1e-6));
        }
        assertThat(dropped / 120.0).isBetween(0.25, 0.55);
        assertThat(tape.forward(Tokens.of(ids, 3, 3), network.freshState(3)).get(0, 0, 0))
                .isEqualTo(WORDS.floats("table")[ids[0] * 4]);
    }

    @Test
    void wordsAreDroppedBehindTheirEmbeddingAlone() {
        assertThatThrownBy(() -> NetworkSpec.of(new DropWords(4, 0.1f)))
                .hasMessageContaining("must stand behind an Embedding");
        assertThatThrownBy(() -> NetworkSpec.of(Recurrent.gru(3, 4), new DropWords(4, 0.1f)))
                .hasMessageContaining("must stand behind an Embedding of their ids, not behind Recurrent");
        assertThatThrownBy(() -> new DropWords(4, 1)).hasMessageContaining("at least 0 and below 1");
    }
}
