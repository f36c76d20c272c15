package dev.carousel.train;

import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameters;
import java.util.Optional;

/** The average of the parameters of a run, as an {@link Averaging} wants it, and its exchange for the parameters. */
final class WeightAverage {

    /** Below this many parameters the hand-over to other threads costs more than it saves. */
    private static final int WORTH_A_TEAM = 32_768;

    private final Averaging averaging;
    private final int epochs;
    private final Parameters parameters;
    private final Parameters average;
    private final Team team;

    private final Team.Task following = this::followPart;
    private final Team.Task exchanging = this::exchangePart;
    private float share;
    private boolean exchanged;
    private boolean begun;

    /** Of a mean that begins when the loss has stopped falling: whether it has, and over how many updates it is. */
    private boolean due;

    private long averaged;

    WeightAverage(TrainingPlan plan, Parameters parameters, Team team) {
        this.averaging = plan.averaging();
        this.epochs = plan.epochs();
        this.parameters = parameters;
        this.average = averaging instanceof Averaging.None ? parameters : parameters.copy();
        this.team = team;
        this.begun = averaging instanceof Averaging.Exponential;
    }

    /**
     * The parameters have been updated.
     *
     * @param updates how many updates there were before this one
     */
    void afterUpdate(long updates) {
        if (averaging instanceof Averaging.Exponential exponential) {
            follow(1 - exponential.decayAt(updates));
        }
        if (due) {
            averaged++;
            begun = true;
            // The first is a copy, as 1/1 (w - a) + a would be but for rounding.
            if (averaged == 1) {
                System.arraycopy(parameters.values(), 0, average.values(), 0, average.size());
            } else {
                follow(1.0 / averaged);
            }
        }
    }

    /** An epoch has been trained. */
    void afterEpoch(int epoch) {
        if (averaging instanceof Averaging.LastEpochs last) {
            int k = last.k(epoch, epochs);
            begun = k >= 1;
            if (k == 1) {
                System.arraycopy(parameters.values(), 0, average.values(), 0, average.size());
            } else if (k > 1) {
                follow(1.0 / k);
            }
        }
    }

    /** The epochs so far had these deciding losses; while nothing is exchanged. */
    void afterLosses(double... losses) {
        due |= averaging instanceof Averaging.NonMonotonic rule
                && rule.beginsAfter(losses).isPresent();
    }

    private void follow(double part) {
        share = (float) part;
        run(following);
    }

    /** Puts the average into the place of the parameters, where there is one, and the parameters into its own. */
    void show() {
        if (begun && !exchanged) {
            run(exchanging);
            exchanged = true;
        }
    }

    /** Undoes {@link #show}. */
    void hide() {
        if (exchanged) {
            run(exchanging);
            exchanged = false;
        }
    }

    /** What the run is judged by: the average where it has begun, else the parameters; while nothing is exchanged. */
    Parameters judged() {
        return begun ? average : parameters;
    }

    /** The average, where one is kept. */
    Optional<Parameters> values() {
        return averaging instanceof Averaging.None ? Optional.empty() : Optional.of(average);
    }

    /** Over how many updates the average is, if it counts them. */
    long averaged() {
        return averaged;
    }

    /**
     * Goes on from an average.
     *
     * @param updates over how many updates it is, if it counts them
     * @param losses of the epochs that were complete
     */
    void restore(Parameters values, long updates, double... losses) {
        System.arraycopy(values.values(), 0, average.values(), 0, average.size());
        if (averaging instanceof Averaging.LastEpochs last) {
            begun = last.k(losses.length, epochs) >= 1;
        }
        if (averaging instanceof Averaging.NonMonotonic) {
            afterLosses(losses);
            averaged = updates;
            begun = updates > 0;
        }
    }

    private void run(Team.Task task) {
        if (parameters.size() < WORTH_A_TEAM) {
            task.run(0, 1);
        } else {
            team.run(task);
        }
    }

    private void followPart(int part, int parts) {
        float[] w = parameters.values();
        float[] a = average.values();
        int to = Team.cut(w.length, part + 1, parts);
        for (int i = Team.cut(w.length, part, parts); i < to; i++) {
            a[i] += share * (w[i] - a[i]);
        }
    }

    private void exchangePart(int part, int parts) {
        float[] w = parameters.values();
        float[] a = average.values();
        int to = Team.cut(w.length, part + 1, parts);
        for (int i = Team.cut(w.length, part, parts); i < to; i++) {
            float was = w[i];
            w[i] = a[i];
            a[i] = was;
        }
    }
}
