package dev.carousel.data.transcription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.classification.SequenceScaling;
import dev.carousel.data.dataset.DialTones;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.decoding.EditDistance;
import dev.carousel.kernel.Team;
import dev.carousel.loss.CtcLoss;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Batch;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingPlan;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A transcriber of dial tones almost without noise, from training to a stream. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TranscriberTest {

    @TempDir
    Path folder;

    private LabelledSequences test = new DialTones(0.05).draw(40, 2);
    private Model model = Model.of(
            Network.initialised(
                    NetworkSpec.of(Dense.head(8, 17)), Initialisation.uniform(), new Seeds(1).initialisation()),
            TranscriberSpec.fit(test, Alphabet.By.CHARACTERS, SequenceScaling.Kind.STANDARD, 1)
                    .task());

    @BeforeAll
    void train() {
        LabelledSequences training = new DialTones(0.05).draw(250, 1);
        TranscriberSpec spec = TranscriberSpec.fit(training, Alphabet.By.CHARACTERS, SequenceScaling.Kind.STANDARD, 10);
        Recurrent gru = Recurrent.gru(8, 24);
        Network network = Network.initialised(
                NetworkSpec.of(gru, Dense.head(24, spec.alphabet().size())),
                Initialisation.uniform(),
                new Seeds(1).initialisation());
        Trainer.of(
                        network,
                        TrainingPlan.of(new CtcLoss())
                                .withOptimiser(new Adam(0.01))
                                .withClipNorm(5)
                                .withEpochs(14),
                        Team.single())
                .train(spec.batches(training, 8));
        model = Model.of(network, spec.task());
    }

    private List<Transcript> transcripts(Team team) {
        return Transcriber.of(model.network().pack(), TranscriberSpec.of(model)).transcripts(test, team);
    }

    @Test
    void writesWhatItHearsAndSavesWhatItIs() {
        Path file = folder.resolve("transcribe.safetensors");
        model.save(file);
        Model loaded = Model.load(file);
        TranscriberSpec spec = TranscriberSpec.of(loaded);
        assertThat(spec).isEqualTo(TranscriberSpec.of(model));
        List<Transcript> transcripts =
                Transcriber.of(loaded.network().pack(), spec).transcripts(test, Team.single());
        TranscriptScores greedy = TranscriptScores.ofGreedy(spec, test, transcripts);
        TranscriptScores beam = TranscriptScores.ofBeam(spec, test, transcripts);
        // Little training; a guess would have about 1.
        assertThat(greedy.labelErrorRate()).isLessThan(0.2);
        assertThat(beam.labelErrorRate()).isLessThan(0.2);
        assertThat(beam.sequences()).isEqualTo(40);
        assertThat(beam.right() + beam.mistakes().size()).isEqualTo(40);
    }

    @Test
    void scoresAreThoseOfTheEditDistances() {
        TranscriberSpec spec = TranscriberSpec.of(model);
        List<Transcript> transcripts = transcripts(Team.single());
        TranscriptScores scores = TranscriptScores.ofGreedy(spec, test, transcripts);
        int errors = 0;
        int labels = 0;
        for (int i = 0; i < test.count(); i++) {
            int[] truth = spec.labels(test, i);
            errors += EditDistance.between(truth, transcripts.get(i).greedy()).errors();
            labels += truth.length;
        }
        assertThat(scores.labels()).isEqualTo(labels);
        assertThat(scores.labelErrorRate()).isCloseTo((double) errors / labels, within(1e-12));
        assertThat(scores.confusions().stream()
                        .mapToInt(TranscriptScores.Confusion::count)
                        .sum())
                .isEqualTo(errors)
                .isEqualTo(scores.substitutions() + scores.deletions() + scores.insertions());
    }

    @Test
    void threadsChangeNothing() {
        List<Transcript> one = transcripts(Team.single());
        try (Team team = Team.of(3)) {
            List<Transcript> many = transcripts(team);
            for (int i = 0; i < one.size(); i++) {
                assertThat(many.get(i).beam()).containsExactly(one.get(i).beam());
                assertThat(many.get(i).probability()).isEqualTo(one.get(i).probability());
            }
        }
    }

    @Test
    void withoutABeamTheProbabilityIsThatOfTheTextThatIsGiven() {
        // Two steps alike of a blank, a and b: nothing is written by one path, - -, and a by three, a a, a - and - a.
        double[][] shares = {{0.5, 0.4, 0.1}, {0.3, 0.6, 0.1}};
        double[] expected = {0.5 * 0.5, 0.6 * 0.6 + 2 * 0.6 * 0.3};
        int[][] written = {{}, {1}};
        LabelledSequences two = LabelledSequences.of(
                "two.npy", new float[][] {new float[2], new float[2]}, 1, new int[][] {{0}, {0}}, List.of("ab"));
        TranscriberSpec spec = TranscriberSpec.fit(two, Alphabet.By.CHARACTERS, SequenceScaling.Kind.STANDARD, 1);
        for (int i = 0; i < shares.length; i++) {
            Dense head = Dense.head(1, 3);
            Network network =
                    Network.initialised(NetworkSpec.of(head), Initialisation.uniform(), new Seeds(1).initialisation());
            Arrays.fill(network.parameters().values(), 0);
            float[] bias = new float[3];
            for (int v = 0; v < 3; v++) {
                bias[v] = (float) Math.log(shares[i][v]);
            }
            network.parameters().set(head.name() + ".bias", bias);
            for (Transcript one : Transcriber.of(network.pack(), spec).transcripts(two, Team.single())) {
                assertThat(one.beam()).isEqualTo(written[i]);
                assertThat(one.probability()).isCloseTo(expected[i], within(1e-6));
            }
        }
    }

    @Test
    void streamWritesTheGreedyTextLabelByLabelAndGoesOnWhereItWasSaved() {
        StreamModel streams = StreamModel.of(model);
        assertThat(streams.task()).isEqualTo("transcribe");
        List<Transcript> whole = transcripts(Team.single());
        for (int i = 0; i < 10; i++) {
            TaskStream stream = streams.open();
            StringBuilder text = new StringBuilder();
            float[] values = test.values(i);
            for (int t = 0; t < test.length(i); t++) {
                double[] step = new double[8];
                for (int d = 0; d < 8; d++) {
                    step[d] = values[8 * t + d];
                }
                Answer.Label answer = (Answer.Label) stream.add(Event.ordered(step));
                assertThat(answer.steps()).isEqualTo(t + 1);
                assertThat(answer.fields().containsKey("label"))
                        .isEqualTo(answer.label().isPresent());
                answer.label().ifPresent(text::append);
                if (t % 7 == 3) {
                    TaskStream next = streams.open();
                    next.restore(stream.save());
                    stream = next;
                }
            }
            assertThat(text)
                    .hasToString(TranscriberSpec.of(model)
                            .alphabet()
                            .decode(whole.get(i).greedy()));
        }
    }

    @Test
    void batchesHaveTheLabelsOfTheirSequences() {
        TranscriberSpec spec = TranscriberSpec.of(model);
        TranscriptBatches batches = spec.batches(test, 7);
        long labels = 0;
        for (int i = 0; i < batches.size(); i++) {
            Batch batch = batches.batch(i);
            labels += batch.target().classes().validSteps();
            assertThat(batch.target().batchSize()).isEqualTo(batch.input().batchSize());
        }
        assertThat(labels)
                .isEqualTo(TranscriptScores.ofGreedy(spec, test, transcripts(Team.single()))
                        .labels());
    }

    @Test
    void whatDoesNotFitIsRefusedWithItsPlace() {
        float[][] values = {new float[3 * 8], new float[2 * 8]};
        TranscriberSpec spec = TranscriberSpec.of(model);
        LabelledSequences twice =
                LabelledSequences.of("calls.npy", values, 8, new int[][] {{0}, {1}}, List.of("12", "11"));
        assertThat(spec.unfit(twice)).containsExactly(1);
        assertThatThrownBy(() -> spec.requireFits(twice))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("calls.npy, sequence 2", "2 labels", "need 3 steps", "has 2");
        LabelledSequences unknown =
                LabelledSequences.of("calls.npy", values, 8, new int[][] {{0}, {1}}, List.of("12", "1x"));
        assertThatThrownBy(() -> spec.batches(unknown, 2)).hasMessageContainingAll("calls.npy, sequence 2", "'x'");
        LabelledSequences narrow =
                LabelledSequences.of("calls.npy", new float[][] {new float[4]}, 2, new int[][] {{0}}, List.of("1"));
        assertThatThrownBy(() -> spec.batches(narrow, 2)).hasMessageContaining("reads 8 numbers a step");
    }

    @Test
    void dialTonesAreDrawnFromTheSeedAlone() {
        DialTones tones = new DialTones(0.3);
        assertThat(tones.csv(3, 5)).isEqualTo(tones.csv(3, 5)).isNotEqualTo(tones.csv(3, 6));
        LabelledSequences drawn = tones.draw(3, 5);
        List<String> lines = tones.csv(3, 5);
        assertThat(lines).hasSize(1 + (int) drawn.steps());
        String[] first = lines.get(1).split(",", -1);
        assertThat(first[9]).isEqualTo(TranscriberSpec.text(drawn, 0));
        assertThat(Float.parseFloat(first[1])).isEqualTo(drawn.values(0)[0]);
        assertThat(Arrays.stream(new int[] {0, 1, 2}).map(drawn::length)).allMatch(length -> length >= 9);
        assertThatThrownBy(() -> new DialTones(-1)).hasMessageContaining("-1");
    }
}
