package dev.carousel.train;

import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.spec.NetworkSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Trains a network: epoch after epoch, batch after batch, forward, loss, backward, clip, update.
 *
 * <pre>{@code
 * for each epoch, for each batch of the source (shuffled where it shuffles)
 *     y = network(x, state)                     state carried from the batch before, or zero
 *     loss, dY = loss(y, target)
 *     g = gradient of the loss in the parameters, clipped
 *     parameters follow g by the optimiser at learning rate * schedule(step)
 * then the held-out loss
 * }</pre>
 *
 * <pre>{@code
 * Trainer trainer = Trainer.of(spec, TrainingPlan.forClasses().withClipNorm(5).withSeed(1));
 * TrainingResult result = trainer.train(training, heldOut);
 * trainer.network();                                            // trained
 * }</pre>
 *
 * <p>The same network, plan, data and kernels give the same bits, on any number of threads. The parameters are changed
 * in place; while it trains, nobody else may use the network. Each call of {@code train} is a separate run, which
 * starts from the network's current parameters but with fresh optimiser state, unless it is {@link #resuming}.
 */
public final class Trainer {

    private final Network network;
    private final TrainingPlan plan;
    private final Optional<Team> team;
    private final Optional<TrainingState> from;
    private final OneThread one = new OneThread("Trainer");

    private Trainer(Network network, TrainingPlan plan, Optional<Team> team, Optional<TrainingState> from) {
        this.network = Objects.requireNonNull(network, "Trainer: network is null");
        this.plan = Objects.requireNonNull(plan, "Trainer: plan is null");
        plan.loss().requireFits(network.spec());
        plan.rule().requireFits(network.parameters());
        this.team = team;
        this.from = from;
    }

    /**
     * A trainer of a new {@link #network}, whose first parameters are as PyTorch has them, drawn from the plan's seed; on all
     * processors.
     *
     * @throws IllegalArgumentException if the loss does not fit the network's last layer, or the plan freezes something that
     *     the network does not have
     */
    public static Trainer of(NetworkSpec spec, TrainingPlan plan) {
        Objects.requireNonNull(spec, "Trainer: spec is null");
        Objects.requireNonNull(plan, "Trainer: plan is null");
        return of(Network.initialised(spec, new Seeds(plan.seed()).initialisation()), plan);
    }

    /** A trainer on all processors: each training has its own threads, which end with it. */
    public static Trainer of(Network network, TrainingPlan plan) {
        return new Trainer(network, plan, Optional.empty(), Optional.empty());
    }

    /** A trainer on the threads of a team, which stays open. */
    public static Trainer of(Network network, TrainingPlan plan, Team team) {
        Objects.requireNonNull(team, "Trainer: team is null; leave it out for all processors");
        return new Trainer(network, plan, Optional.of(team), Optional.empty());
    }

    /** The network that it trains, in place. */
    public Network network() {
        return network;
    }

    /**
     * The same, going on where an earlier run was left: the network, the plan, the data and the kernels must be those that
     * it had, but for the number of epochs and threads, and the bits are then those of a run that never stopped. The state
     * is copied from; the network's own parameters do not matter.
     *
     * <p>With another number of epochs the run goes on too, but a schedule that depends on how many there are will be that
     * of the new number from here on.
     */
    public Trainer resuming(TrainingState state) {
        Objects.requireNonNull(state, "Trainer: the state to resume from is null");
        return new Trainer(network, plan, team, Optional.of(state));
    }

    /**
     * Trains without held-out data.
     *
     * @throws TrainingException if a loss, gradient or parameter turns NaN or infinite
     * @throws IllegalArgumentException if there is no batch, or one does not fit the network or the loss
     * @throws ResumeException if the run is to go on from a state of another one
     * @throws IllegalStateException if another training is at work on the network or reads the same batches
     */
    public TrainingResult train(Batches training, TrainingListener... listeners) {
        return run(training, Optional.empty(), listeners);
    }

    /**
     * Trains and evaluates held-out data after each epoch.
     *
     * @param training the training data
     * @param heldOut what is not; never shuffled
     * @param listeners follow the run
     * @throws TrainingException if a loss, gradient or parameter turns NaN or infinite
     * @throws IllegalArgumentException if there is no batch, or one does not fit the network or the loss
     * @throws ResumeException if the run is to go on from a state of another one
     * @throws IllegalStateException if another training is at work on the network or reads the same batches
     */
    public TrainingResult train(Batches training, Batches heldOut, TrainingListener... listeners) {
        Objects.requireNonNull(heldOut, "Trainer: the held-out data is null; leave it out to train without");
        return run(training, Optional.of(heldOut), listeners);
    }

    /**
     * Trains on data whose gradients are computed elsewhere, and evaluates what is held out there after each epoch. How a batch
     * is cut into segments is a matter of where it is.
     *
     * @param remote gives the gradients
     * @param listeners follow the run
     * @throws TrainingException if a loss, gradient or parameter turns NaN or infinite
     * @throws IllegalArgumentException if there is no batch
     * @throws ResumeException if the run is to go on from a state of another one
     * @throws IllegalStateException if another training is at work on the network or uses the same remote gradients
     */
    public TrainingResult train(RemoteGradients remote, TrainingListener... listeners) {
        Objects.requireNonNull(remote, "Trainer: the remote gradients are null");
        return run(Sources.of(remote), listeners);
    }

    private TrainingResult run(Batches training, Optional<Batches> heldOut, TrainingListener... listeners) {
        Objects.requireNonNull(training, "Trainer: the training data is null");
        return run(new Sources(training, heldOut), listeners);
    }

    private TrainingResult run(Sources data, TrainingListener... listeners) {
        Objects.requireNonNull(listeners, "Trainer: the array of listeners is null; leave it out for none");
        for (TrainingListener listener : listeners) {
            Objects.requireNonNull(listener, "Trainer: a listener is null; leave it out for none");
        }
        one.enter();
        try {
            return runAlone(data, listeners);
        } finally {
            one.leave();
        }
    }

    private TrainingResult runAlone(Sources data, TrainingListener... listeners) {
        if (data.training().size() == 0) {
            throw new IllegalArgumentException("Trainer: the source of training data has no batch.");
        }
        Listeners told = new Listeners(List.of(listeners));
        InUse inUse = InUse.of(network, data);
        try {
            if (team.isPresent()) {
                return new TrainingRun(network, plan, team.get(), data, told).run(from);
            }
            try (Team own = Team.ofAllProcessors()) {
                return new TrainingRun(network, plan, own, data, told).run(from);
            }
        } finally {
            inUse.end();
        }
    }
}
