package dev.carousel.bench;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.optim.Descent;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;
import dev.carousel.train.Batches;
import dev.carousel.train.TrainingPlan;
import java.util.Arrays;
import java.util.Random;

/** What a {@link dev.carousel.train.Trainer} does with one batch: forward, loss, backward, clip, update. */
final class TrainingStep {

    private final Batches batches;
    private final Tape tape;
    private final State state;
    private final BatchLoss loss;
    private final Parameters gradient;
    private final Descent descent;
    private final Random dropout = new Random(1);
    private Sequence dY = Sequence.zeros(0, 0, 0);
    private int next;

    /** A network that begins, on a source whose batches all have one shape. */
    TrainingStep(NetworkSpec spec, TrainingPlan plan, Batches batches, Kernels kernels, Team team) {
        Parameters parameters = spec.zeroParameters();
        Initialisation.uniform().fill(spec, parameters, new Random(plan.seed()));
        Network network = Network.of(spec, parameters, kernels);
        this.batches = batches;
        this.tape = network.tape(team);
        this.state = network.freshState(batches.batch(0).input().batchSize());
        this.loss = BatchLoss.of(plan.loss(), kernels.rows(), team);
        this.gradient = parameters.zerosLike();
        this.descent = Descent.of(plan.optimiser(), plan.clipping(), parameters, kernels.updates(), team);
    }

    /**
     * Learns from the next batch, and begins anew after the last.
     *
     * @return its mean loss before the update
     */
    double run() {
        Batch batch = batches.batch(next);
        next = (next + 1) % batches.size();
        if (!batch.carried()) {
            state.clear();
        }
        Sequence y = tape.forwardTraining(batch.input(), state, dropout);
        if (dY.size() == 0) {
            dY = Sequence.zeros(y.steps(), y.batchSize(), y.size());
        }
        double mean = loss.evaluate(y, batch.target(), dY);
        Arrays.fill(gradient.values(), 0);
        tape.backward(dY, gradient);
        descent.clip(gradient);
        descent.step(gradient);
        return mean;
    }
}
