package dev.carousel.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.cell.Gru;
import dev.carousel.data.transcription.Alphabet;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Attention;
import dev.carousel.spec.Direction;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.tensor.Tokens;
import dev.carousel.train.Batch;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Networks for pairs of texts, from batches to what they write. */
class PairWriterTest {

    /** Upper case for lower case, read from the end. */
    private static Pairs reversed(int count, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String word = random.ints(2 + i % 4, 'a', 'd' + 1)
                    .mapToObj(Character::toString)
                    .reduce("", String::concat);
            text.append(word).append('\t');
            text.append(new StringBuilder(word).reverse().toString().toUpperCase(Locale.ROOT))
                    .append('\n');
        }
        return Pairs.of("words", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static PairSpec spec(Pairs pairs) {
        return PairSpec.fit(pairs, Alphabet.By.CHARACTERS, 10, PairSpec.Search.DEFAULT);
    }

    private static EncoderDecoder layers(PairSpec spec) {
        return new PairArchitecture(
                        RecurrentArchitecture.of(Gru.STANDARD, 16).withDirection(Direction.BOTH),
                        0,
                        Attention.additive(12))
                .network(spec);
    }

    @Test
    void batchesHaveEveryPairOnceWithItsTarget() {
        Pairs pairs = reversed(103, 1);
        PairSpec spec = spec(pairs);
        PairBatches batches = spec.batches(pairs, layers(spec), 10);
        for (int epoch = 0; epoch < 3; epoch++) {
            Map<List<Integer>, Integer> counts = new HashMap<>();
            for (int i = 0; i < batches.size(); i++) {
                Batch batch = batches.batch(i);
                Tokens ids = (Tokens) batch.input();
                Tokens target = batch.target().classes();
                for (int n = 0; n < ids.batchSize(); n++) {
                    int S = ids.length(n) - target.length(n);
                    assertThat(ids.get(S, n)).as("begins").isEqualTo(4);
                    assertThat(target.get(target.length(n) - 1, n)).as("ends").isZero();
                    for (int t = 0; t < target.length(n) - 1; t++) {
                        assertThat(target.get(t, n)).isEqualTo(ids.get(S - 1 - t, n) + 1);
                        assertThat(ids.get(S + 1 + t, n)).isEqualTo(4 + target.get(t, n));
                    }
                    List<Integer> key = new ArrayList<>();
                    for (int t = 0; t < ids.length(n); t++) {
                        key.add(ids.get(t, n));
                    }
                    counts.merge(key, 1, Integer::sum);
                }
            }
            assertThat(counts.values().stream().mapToInt(Integer::intValue).sum())
                    .isEqualTo(103);
            batches.shuffle(new SplittableRandom(epoch));
        }
        assertThat(batches.size()).isEqualTo(11);
    }

    @Test
    void learnsSavesAndWrites() {
        Pairs pairs = reversed(700, 1);
        PairSpec spec = spec(pairs);
        EncoderDecoder layers = layers(spec);
        TrainingPlan plan = TrainingPlan.forClasses()
                .withOptimiser(new Adam(0.02))
                .withEpochs(12)
                .withClipNorm(1);
        Trainer trainer = Trainer.of(Network.initialised(layers.network(), new Random(1)), plan, Team.single());
        trainer.train(spec.batches(pairs, layers, 20));
        Model model = Model.ofBytes(
                "m",
                Model.of(trainer.network(), PairHoldout.addTo(spec.task(), 0.1, 5))
                        .toBytes());
        assertThat(PairSpec.of(model)).isEqualTo(spec);
        PairWriter writer = PairWriter.of(model.network().pack(), PairSpec.of(model));
        Pairs others = reversed(100, 2);
        List<PairText> texts = writer.withAttention().write(others, Team.single());
        PairText plain = writer.write(others, Team.single()).get(0);
        assertThat(plain.text()).isEqualTo(texts.get(0).text());
        assertThat(plain.attention())
                .as("kept only if asked for")
                .hasDimensions(texts.get(0).attention().length, 0);
        PairScores scores = PairScores.of(others, texts, Alphabet.By.CHARACTERS);
        assertThat(scores.exact()).isGreaterThan(0.85);
        assertThat(scores.editDistance()).isLessThan(0.5);
        assertThat(PairScores.ofGreedy(others, texts, Alphabet.By.CHARACTERS).exact())
                .isGreaterThan(0.8);
        // It looks at the input from its end on.
        double looked = 0;
        int steps = 0;
        for (PairText text : texts) {
            int S = text.inputUnits().size();
            for (int t = 0; t < Math.min(S, text.outputUnits().size()); t++) {
                looked += text.attention()[t][S - 1 - t];
                steps++;
            }
        }
        assertThat(looked / steps).isGreaterThan(0.3);
        assertProbability(spec, layers, model, others, texts);
        assertThat(PairHoldout.of(model, pairs).inputs())
                .isEqualTo(pairs.split(0.1, 5).heldOut().inputs());
    }

    /** The probability of a text is that which the loss gives. */
    private static void assertProbability(
            PairSpec spec, EncoderDecoder layers, Model model, Pairs others, List<PairText> texts) {
        for (int i = 0; i < 5; i++) {
            Pairs written = Pairs.of(
                    "w", (others.input(i) + "\t" + texts.get(i).text() + "\n").getBytes(StandardCharsets.UTF_8));
            Batch batch = spec.batches(written, layers, 1).batch(0);
            Network network = model.network();
            double mean = BatchLoss.of(new SoftmaxCrossEntropy())
                    .evaluate(
                            network.pack().tape(Team.single()).infer(batch.input(), network.freshState(1)),
                            batch.target());
            double steps = texts.get(i).outputUnits().size() + 1;
            assertThat(texts.get(i).probability()).isCloseTo(Math.exp(-mean * steps), within(1e-4));
        }
    }

    @Test
    void scoresAreCounted() {
        Pairs truth = Pairs.of("t", "a\tabc\nb\tbb\nc\tcd\n".getBytes(StandardCharsets.UTF_8));
        List<PairText> texts = List.of(text("abc", "abc"), text("b", "bb"), text("xyz", "cd"));
        PairScores scores = PairScores.of(truth, texts, Alphabet.By.CHARACTERS);
        assertThat(scores.right()).isEqualTo(1);
        assertThat(scores.exact()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(scores.editDistance()).isCloseTo(4 / 3.0, within(1e-12));
        assertThat(scores.unitErrorRate()).isCloseTo(4 / 7.0, within(1e-12));
        assertThat(scores.mistakes()).extracting(PairScores.Mistake::pair).containsExactly(2, 1);
        assertThat(PairScores.ofGreedy(truth, texts, Alphabet.By.CHARACTERS).exact())
                .isEqualTo(1);
        PairScores words = PairScores.of(
                Pairs.of("t", "x\tgood old day\n".getBytes(StandardCharsets.UTF_8)),
                List.of(text("good  day", "")),
                Alphabet.By.WORDS);
        assertThat(words.editDistance()).isEqualTo(1);
    }

    private static PairText text(String text, String greedy) {
        return new PairText(text, greedy, 0.5, true, List.of(), List.of(), new float[0][]);
    }

    @Test
    void modelsThatDoNotFitAreRefused() {
        Pairs pairs = reversed(20, 1);
        PairSpec spec = spec(pairs);
        Network network = Network.initialised(layers(spec).network(), new Random(1));
        Task other = new PairSpec(
                        new Alphabet(List.of("x", "y"), Alphabet.By.CHARACTERS),
                        spec.outputs(),
                        3,
                        3,
                        PairSpec.Search.DEFAULT)
                .task();
        assertThatThrownBy(() -> PairSpec.of(Model.of(network, other)))
                .hasMessageContaining("expected a network that reads 2 kinds of id");
        Network plain = Network.initialised(
                NetworkSpec.of(new LayerSpec.OneHot(9), LayerSpec.Recurrent.gru(9, 3)), new Random(1));
        assertThatThrownBy(() -> PairSpec.of(Model.of(plain, spec.task())))
                .hasMessageContaining("expected an encoder and a decoder");
        assertThatThrownBy(() -> PairSpec.of(Model.of(network, Task.of("text"))))
                .hasMessageContaining("\"text\"");
        assertThatThrownBy(() -> new PairArchitecture(
                                RecurrentArchitecture.of(Gru.STANDARD, 15).withDirection(Direction.BOTH),
                                0,
                                Attention.none())
                        .network(spec))
                .hasMessageContaining("must be even");
    }

    @Test
    void allOptionsOfLayersMakeANetwork() {
        PairSpec spec = spec(reversed(20, 1));
        RecurrentArchitecture rich = RecurrentArchitecture.of(Gru.STANDARD, 8)
                .withLayers(2)
                .withLayerNorm(true)
                .withDropout(0.2f)
                .withDirection(Direction.BOTH);
        EncoderDecoder layers = new PairArchitecture(rich, 5, Attention.general()).network(spec);
        assertThat(layers.encoder().stacks()).hasSize(2);
        assertThat(layers.encoder().outputSize()).isEqualTo(8);
        Pairs pairs = reversed(40, 3);
        Trainer trainer = Trainer.of(
                Network.initialised(layers.network(), new Random(1)),
                TrainingPlan.forClasses().withEpochs(2),
                Team.single());
        var result = trainer.train(spec.batches(pairs, layers, 8));
        assertThat(result.epochs().get(1).trainingLoss())
                .isLessThan(result.epochs().get(0).trainingLoss());
    }
}
