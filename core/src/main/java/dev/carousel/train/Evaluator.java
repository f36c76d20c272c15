package dev.carousel.train;

import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.Loss;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import java.util.Objects;

/**
 * The loss of a network on a whole source of batches, without training: nothing is dropped, nothing changes.
 *
 * <p>The mean is over everything that counts, so it does not depend on how the data is split into batches. One thread
 * at a time, which its team helps; a second one gets an error.
 */
public final class Evaluator {

    private final Tape tape;
    private final BatchLoss loss;
    private final CarriedState states;
    private final OneThread one = new OneThread("Evaluator");

    /** An evaluator on a tape that others may use between evaluations. */
    Evaluator(NetworkSpec spec, Tape tape, BatchLoss loss) {
        this.tape = tape;
        this.loss = loss;
        this.states = new CarriedState(spec);
    }

    /**
     * Evaluates a network for inference.
     *
     * @throws IllegalArgumentException if the loss does not fit the network's last layer
     */
    public static Evaluator of(PackedNetwork network, Loss loss, Team team) {
        Objects.requireNonNull(network, "Evaluator: network is null");
        Objects.requireNonNull(loss, "Evaluator: loss is null");
        Objects.requireNonNull(team, "Evaluator: team is null; Team.single() is the calling thread alone");
        loss.requireFits(network.spec());
        BatchLoss batchLoss =
                BatchLoss.of(loss.on(network.spec()), network.kernels().rows(), team);
        return new Evaluator(network.spec(), network.tape(team), batchLoss);
    }

    /**
     * Evaluates a network with the parameters that it has at each evaluation.
     *
     * @throws IllegalArgumentException if the loss does not fit the network's last layer
     */
    public static Evaluator of(Network network, Loss loss, Team team) {
        Objects.requireNonNull(network, "Evaluator: network is null");
        Objects.requireNonNull(loss, "Evaluator: loss is null");
        Objects.requireNonNull(team, "Evaluator: team is null; Team.single() is the calling thread alone");
        loss.requireFits(network.spec());
        BatchLoss batchLoss =
                BatchLoss.of(loss.on(network.spec()), network.kernels().rows(), team);
        return new Evaluator(network.spec(), network.tape(team), batchLoss);
    }

    /**
     * The mean loss of all batches of one epoch, in order, unshuffled.
     *
     * @throws IllegalArgumentException if no step counts, or a batch does not fit the network or the loss
     */
    public double meanLoss(Batches batches) {
        Objects.requireNonNull(batches, "Evaluator: batches are null");
        one.enter();
        try {
            return meanLossAlone(batches);
        } finally {
            one.leave();
        }
    }

    private double meanLossAlone(Batches batches) {
        double sum = 0;
        double weight = 0;
        states.restart();
        for (int i = 0; i < batches.size(); i++) {
            Batch batch = batches.batch(i);
            State state = states.before(batch);
            Sequence y = loss.loss().ofRightClass()
                    ? tape.infer(batch.input(), state, loss.rightClasses(batch.target()))
                    : tape.infer(batch.input(), state);
            loss.evaluate(y, batch.target());
            sum += loss.sum();
            weight += loss.weight();
        }
        if (weight == 0) {
            throw new IllegalArgumentException("There is nothing to evaluate: " + batches.size()
                    + " batches in which no step counts. Are all targets ignored or masked?");
        }
        return sum / weight;
    }
}
