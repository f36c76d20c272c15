package dev.carousel.train;

import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.optim.Descent;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** From batches to updates: one for each batch, or one for several whose gradients are gathered. */
final class Updates {

    private final UpdateRule rule;
    private final BatchPass pass;
    private final Parameters parameters;
    private final Parameters gradient;
    private final Optional<Gathering> gathering;
    private final Descent descent;
    private final List<Slice> frozen;

    /** Room for the numbers of each frozen slice during an update. */
    private final List<float[]> frozenValues;

    // Of the update that is under way.
    private int batches;
    private double loss;
    private double weight;
    private long items;
    private long read;
    private double norm;

    Updates(Network network, UpdateRule rule, BatchPass pass, Team team) {
        this.rule = rule;
        this.pass = pass;
        this.parameters = network.parameters();
        this.gradient = parameters.zerosLike();
        var kernel = network.kernels().updates();
        this.gathering = rule.accumulate() == 1 ? Optional.empty() : Optional.of(new Gathering(gradient, kernel, team));
        this.frozen = rule.frozenIn(parameters);
        this.frozenValues =
                frozen.stream().map(slice -> new float[slice.size()]).toList();
        this.descent = Descent.of(rule.optimiser(), rule.clipping(), parameters, kernel, team);
    }

    /** The optimiser at work. */
    Descent descent() {
        return descent;
    }

    /** An epoch begins: nothing is under way. */
    void begin() {
        batches = 0;
        loss = 0;
        weight = 0;
        items = 0;
        gathering.ifPresent(Gathering::clear);
    }

    /**
     * One batch forward and backward, and an update if it is the last of one.
     *
     * @param last whether no batch follows in the epoch
     * @param rate at which parameters follow
     * @return whether there was an update
     * @throws NotFinite if the loss or the norm of the gradient is not finite; the parameters are then as they were
     */
    boolean batch(Batch batch, State state, RandomGenerator dropout, boolean last, double rate) {
        if (batches == rule.accumulate()) {
            begin();
        }
        pass.run(batch, state, dropout, gradient);
        batches++;
        read = pass.steps(batch);
        items += read;
        if (pass.count() > 0) {
            if (!Double.isFinite(pass.mean())) {
                throw new NotFinite(Diagnosis.of("the loss is " + pass.mean(), batch, parameters, gradient));
            }
            loss += pass.sum();
            weight += pass.weight();
            if (gathering.isPresent()) {
                gathering.get().add(gradient, pass.weight());
            }
        }
        boolean complete = (last || batches == rule.accumulate()) && weight > 0;
        if (complete) {
            update(batch, rate);
        }
        return complete;
    }

    private void update(Batch batch, double rate) {
        Parameters g = gathering.isPresent() ? gathering.get().mean(weight) : gradient;
        for (int i = 0; i < frozen.size(); i++) {
            Slice slice = frozen.get(i);
            Arrays.fill(g.values(), slice.offset(), slice.end(), 0);
        }
        norm = descent.clip(g);
        if (!Double.isFinite(norm)) {
            throw new NotFinite(Diagnosis.of("the norm of the gradient is " + norm, batch, parameters, g));
        }
        // Weight decay shrinks also what has no gradient. The numbers are those of now, for a run that goes on from a
        // checkpoint gets its parameters after this was made.
        for (int i = 0; i < frozen.size(); i++) {
            float[] values = frozenValues.get(i);
            System.arraycopy(parameters.values(), frozen.get(i).offset(), values, 0, values.length);
        }
        descent.step(g, rate);
        for (int i = 0; i < frozen.size(); i++) {
            float[] values = frozenValues.get(i);
            System.arraycopy(values, 0, parameters.values(), frozen.get(i).offset(), values.length);
        }
    }

    /** The sum of the losses of the last update's batches. */
    double loss() {
        return loss;
    }

    /** What that sum is divided by. */
    double weight() {
        return weight;
    }

    /** How many steps of sequences the network read for the last update. */
    long items() {
        return items;
    }

    /** How many steps of sequences the network read for the last batch. */
    long read() {
        return read;
    }

    /** The norm of the last update's gradient, before clipping. */
    double norm() {
        return norm;
    }

    /** A number that is not finite, and why; the run knows where it is and tells its user. */
    static final class NotFinite extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient Diagnosis diagnosis;

        NotFinite(Diagnosis diagnosis) {
            super(diagnosis.what());
            this.diagnosis = diagnosis;
        }

        Diagnosis diagnosis() {
            return diagnosis;
        }
    }
}
