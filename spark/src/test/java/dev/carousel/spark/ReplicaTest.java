package dev.carousel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Loss;
import dev.carousel.loss.LossRow;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.loss.Steps;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.Tape;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.LayerSpec.Embedding;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import dev.carousel.train.RemoteGradients;
import dev.carousel.train.TrainingPlan;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What a machine computes of a network with an adaptive softmax: the right classes alone, with the numbers of all. */
class ReplicaTest {

    private static final int V = 40;

    private static final NetworkSpec SPEC = NetworkSpec.of(
            new Embedding("embedding", V, 4), Recurrent.gru(4, 6), AdaptiveSoftmax.of(6, V, List.of(8, 20)));

    /** A loss that writes down of how many numbers its outputs are, in this process. */
    private record Widths(Loss of) implements Loss {

        private static final Queue<Integer> SEEN = new ConcurrentLinkedQueue<>();

        @Override
        public Steps steps() {
            return of.steps();
        }

        @Override
        public int terms(int outputSize) {
            return of.terms(outputSize);
        }

        @Override
        public Loss on(NetworkSpec spec) {
            return new Widths(of.on(spec));
        }

        @Override
        public boolean ofRightClass() {
            return of.ofRightClass();
        }

        @Override
        public void requireFits(Sequence y, Target target) {
            SEEN.add(y.size());
            of.requireFits(y, target);
        }

        @Override
        public double row(LossRow r) {
            return of.row(r);
        }
    }

    private static Example example(int steps, SplittableRandom random) {
        return Example.ofIds(random.ints(steps, 0, V).toArray())
                .withClasses(random.ints(steps, 0, V).toArray());
    }

    @Test
    void anAdaptiveSoftmaxComputesTheRightClassesAloneWithTheNumbersOfAll() {
        SplittableRandom random = new SplittableRandom(1);
        MicroBatch examples = new MicroBatch(List.of(example(7, random), example(3, random), example(5, random)), 0);
        Network network = Network.initialised(SPEC, new SplittableRandom(2));
        TrainingPlan plan = TrainingPlan.of(new Widths(new SoftmaxCrossEntropy()));
        Replica replica = new Replica(ReplicaTask.of(SPEC, plan, 1));
        replica.take(network.parameters().values());
        Widths.SEEN.clear();
        TreeSum.Part part = replica.gradient(examples, 3);
        RemoteGradients.Sums judged = replica.judge(examples);
        assertThat(Widths.SEEN).containsOnly(1).hasSize(2);

        Batch batch = examples.batch();
        BatchLoss all = BatchLoss.of(new SoftmaxCrossEntropy());
        Tape tape = network.tape(Team.single());
        Sequence y = tape.forward(batch.input(), network.freshState(3));
        assertThat(y.size()).isEqualTo(V);
        Sequence dY = Sequence.zeros(y.steps(), 3, V);
        all.evaluate(y, batch.target(), dY);
        Parameters gradient = network.parameters().zerosLike();
        tape.backward(dY, gradient);
        assertThat(part.weight()).isEqualTo(15);
        assertThat(part.loss()).isCloseTo(all.sum(), within(1e-4));
        assertThat(judged.loss()).isCloseTo(all.sum(), within(1e-4));
        assertThat(judged.weight()).isEqualTo(15);
        for (int i = 0; i < gradient.size(); i++) {
            assertThat(part.gradient()[i]).as("gradient " + i).isCloseTo(15 * gradient.values()[i], within(2e-5f));
        }
    }
}
