package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.optim.AdamW;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Descent;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.TiedDense;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is frozen stays to the bit; sources of unknown length; one clip over two networks. */
class FrozenTest {

    private static final NetworkSpec SPEC = NetworkSpec.of(Recurrent.lstm(2, 4), Dense.head(4, 1));

    private static Sequence random(int steps, int count, int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Sequence x = Sequence.zeros(steps, count, size);
        for (int i = 0; i < x.data().length; i++) {
            x.data()[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static Batches data() {
        return Examples.of(random(5, 12, 2, 1), Target.of(random(5, 12, 1, 2)), 4);
    }

    @Test
    void aSharedTableIsFrozenByTheNameOfItsEmbedding() {
        Embedding table = new Embedding("words", 5, 4);
        NetworkSpec tied = NetworkSpec.of(table, Recurrent.gru(4, 4), TiedDense.to(table));
        Tokens x = Tokens.of(new int[] {0, 1, 2, 3, 4, 1, 0, 3}, 4, 2);
        Tokens y = Tokens.of(new int[] {1, 2, 3, 4, 0, 2, 4, 1}, 4, 2);
        for (String frozen : List.of("out", "words")) {
            Trainer trainer =
                    Trainer.of(tied, TrainingPlan.forClasses().withEpochs(2).withFrozen(frozen));
            Parameters before = trainer.network().parameters().copy();
            trainer.train(Examples.of(x, Target.of(y), 2));
            Parameters after = trainer.network().parameters();
            assertThat(Arrays.equals(after.get("out.bias"), before.get("out.bias")))
                    .as(frozen)
                    .isEqualTo(frozen.equals("out"));
            assertThat(Arrays.equals(after.get("words.weight"), before.get("words.weight")))
                    .as(frozen)
                    .isEqualTo(frozen.equals("words"));
        }
    }

    @Test
    void frozenParametersStayWhateverTheOptimiserDoes() {
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError())
                .withOptimiser(new AdamW(0.01, 0.9, 0.999, 1e-8, 0.1))
                .withAveraging(Averaging.exponential(0.9))
                .withEpochs(3)
                .withFrozen("rnn.weight_hh_l0", "out");
        Trainer trainer = Trainer.of(SPEC, plan);
        Parameters before = trainer.network().parameters().copy();
        trainer.train(data());
        Parameters after = trainer.network().parameters();
        for (String name : List.of("rnn.weight_hh_l0", "out.weight", "out.bias")) {
            assertThat(after.get(name)).isEqualTo(before.get(name));
        }
        for (String name : List.of("rnn.weight_ih_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0")) {
            assertThat(after.get(name)).isNotEqualTo(before.get(name));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.of(SPEC, plan.withFrozen("rnn.weight")))
                .withMessageStartingWith(
                        "UpdateRule: nothing to freeze is named rnn.weight; the network's layers are rnn, out,"
                                + " and their parameters rnn.weight_ih_l0, rnn.weight_hh_l0,");
    }

    /** As from the command line: a network of zeros, whose parameters the checkpoint has. */
    @Test
    void aFrozenRunGoesOnInAnotherNetworkAsIfItHadNeverStopped() {
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError())
                .withOptimiser(new AdamW(0.01, 0.9, 0.999, 1e-8, 0.1))
                .withAveraging(Averaging.exponential(0.9))
                .withEpochs(3)
                .withFrozen("rnn.weight_hh_l0", "out");
        List<TrainingState> left = new ArrayList<>();
        Trainer whole = Trainer.of(SPEC, plan);
        whole.train(data(), new TrainingListener() {
            @Override
            public void resumable(TrainingMoment moment) {
                left.add(moment.state().copy());
            }
        });
        float[] expected = whole.network().parameters().values();
        assertThat(left).hasSizeGreaterThan(5);
        for (TrainingState state : left) {
            Network zeros = Network.of(SPEC, SPEC.zeroParameters());
            Trainer.of(zeros, plan).resuming(state).train(data());
            assertThat(zeros.parameters().values()).isEqualTo(expected);
        }
    }

    @Test
    void anEpochOfOneBatchIsReadAnewEachTime() {
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError()).withEpochs(3);
        int[] opened = new int[1];
        Batches source = Batches.of(() -> List.of(one(++opened[0])).iterator());
        Trainer trainer = Trainer.of(SPEC, plan);
        trainer.train(source);
        // Once to be counted, then once an epoch.
        assertThat(opened[0]).isEqualTo(4);

        int[] epoch = new int[1];
        Trainer expected = Trainer.of(SPEC, plan);
        expected.train(new Batches() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public Batch batch(int i) {
                return one(2 + epoch[0]++);
            }
        });
        assertThat(trainer.network().parameters().values())
                .isEqualTo(expected.network().parameters().values());
    }

    private static Batch one(int seed) {
        return Examples.of(random(5, 4, 2, seed), Target.of(random(5, 4, 1, 100 + seed)), 4)
                .batch(0);
    }

    @Test
    void anEpochOfMoreBatchesThanWereCountedIsRefused() {
        int[] epoch = new int[1];
        Batches growing = Batches.of(() -> iterator(epoch[0]++ < 2 ? half() : data()));
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError()).withEpochs(3);
        assertThatIllegalStateException()
                .isThrownBy(() -> Trainer.of(SPEC, plan).train(growing))
                .withMessageContaining("was counted to have 2 batches an epoch but this time has more");
    }

    /** Sources of equal contents are equal, as records are. */
    private record Repeated(List<Batch> all) implements Batches {

        @Override
        public int size() {
            return all.size();
        }

        @Override
        public Batch batch(int i) {
            return all.get(i);
        }
    }

    @Test
    void aSourceStaysInUseWhenATrainingOnAnEqualOneEnds() {
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError()).withEpochs(1);
        List<Batch> all = List.of(one(1));
        Batches heldOut = new Repeated(all);
        int[] refused = new int[1];
        Batches training = new Batches() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public Batch batch(int i) {
                Trainer.of(SPEC, plan).train(new Repeated(all));
                assertThatIllegalStateException()
                        .isThrownBy(() -> Trainer.of(SPEC, plan).train(heldOut))
                        .withMessageContaining("Another training is using the same source");
                refused[0]++;
                return one(3);
            }
        };
        Trainer.of(SPEC, plan).train(training, heldOut);
        assertThat(refused[0]).isPositive();
    }

    @Test
    void batchesOfUnknownLengthTrainAsThoseThatAreCounted() {
        TrainingPlan plan = TrainingPlan.of(new MeanSquaredError()).withEpochs(3);
        Batches counted = inOrder(data());
        int[] opened = new int[1];
        Batches unknown = Batches.of(() -> {
            opened[0]++;
            return iterator(data());
        });
        Trainer one = Trainer.of(SPEC, plan);
        Trainer other = Trainer.of(SPEC, plan);
        one.train(counted);
        other.train(unknown);
        assertThat(other.network().parameters().values())
                .isEqualTo(one.network().parameters().values());
        // Once to be counted, then once an epoch.
        assertThat(opened[0]).isEqualTo(4);

        int[] epoch = new int[1];
        Batches shrinking = Batches.of(() -> iterator(epoch[0]++ < 2 ? data() : half()));
        assertThatIllegalStateException()
                .isThrownBy(() -> Trainer.of(SPEC, plan).train(shrinking))
                .withMessageContaining("was counted to have 3 batches an epoch but this time ended after 2");
    }

    private static Batches half() {
        return Examples.of(random(5, 8, 2, 1), Target.of(random(5, 8, 1, 2)), 4);
    }

    private static Iterator<Batch> iterator(Batches batches) {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < batches.size();
            }

            @Override
            public Batch next() {
                return batches.batch(next++);
            }
        };
    }

    private static Batches inOrder(Batches batches) {
        return new Batches() {
            @Override
            public int size() {
                return batches.size();
            }

            @Override
            public Batch batch(int i) {
                return batches.batch(i);
            }
        };
    }

    @Test
    void twoNetworksAreClippedAsOne() {
        List<Descent> descents = new ArrayList<>();
        List<Parameters> gradients = new ArrayList<>();
        double squares = 0;
        for (int k = 0; k < 2; k++) {
            Network network = Network.initialised(SPEC, new SplittableRandom(k));
            descents.add(Descent.of(
                    new Sgd(0.1),
                    Clipping.byNorm(1),
                    network.parameters(),
                    network.kernels().updates(),
                    Team.single()));
            Parameters gradient = network.parameters().copy();
            for (float number : gradient.values()) {
                squares += (double) number * number;
            }
            gradients.add(gradient);
        }
        float first = gradients.get(0).values()[0];
        double norm = Descent.clipTogether(descents, gradients);
        assertThat(norm).isEqualTo(Math.sqrt(squares), org.assertj.core.api.Assertions.within(1e-6));
        assertThat(gradients.get(0).values()[0]).isEqualTo(first * (float) (1 / (norm + 1e-6)));
        gradients.get(1).values()[3] = Float.NaN;
        assertThat(Descent.clipTogether(descents, gradients)).isNaN();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Descent.clipTogether(descents, List.of(gradients.get(0))));
    }
}
