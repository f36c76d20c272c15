package dev.carousel.train;

import dev.carousel.kernel.Team;
import dev.carousel.kernel.UpdateKernel;
import dev.carousel.spec.Parameters;

/**
 * The gradient of several batches as if they were one: that of the mean over all that counts in them.
 *
 * <pre>{@code
 * g = Σ_b weight_b g_b / Σ_b weight_b
 * }</pre>
 */
final class Gathering {

    /** Below this many parameters the hand-over to other threads costs more than it saves. */
    private static final int WORTH_A_TEAM = 32_768;

    /** The unit in which threads share the parameters. */
    private static final int PIECE = 4_096;

    private final Parameters sum;
    private final UpdateKernel kernel;
    private final Team team;
    private final Team.Task adding = this::addPart;
    private final Team.Task dividing = this::dividePart;
    private float[] g = {};
    private float factor;

    Gathering(Parameters gradient, UpdateKernel kernel, Team team) {
        this.sum = gradient.zerosLike();
        this.kernel = kernel;
        this.team = team;
    }

    /** Adds the gradient of a batch's mean. */
    void add(Parameters gradient, double weight) {
        g = gradient.values();
        factor = (float) weight;
        run(adding);
    }

    /** The gradient of the mean over everything that was added; {@link #clear} before the next is added. */
    Parameters mean(double weight) {
        factor = (float) (1 / weight);
        run(dividing);
        return sum;
    }

    void clear() {
        sum.clear();
    }

    private void run(Team.Task task) {
        if (sum.size() < WORTH_A_TEAM) {
            task.run(0, 1);
        } else {
            team.run(task);
        }
    }

    private void addPart(int part, int parts) {
        kernel.addScaled(cut(part, parts), cut(part + 1, parts), sum.values(), g, factor);
    }

    private void dividePart(int part, int parts) {
        kernel.scale(cut(part, parts), cut(part + 1, parts), sum.values(), factor);
    }

    private int cut(int part, int parts) {
        return Team.cut(sum.size(), PIECE, part, parts);
    }
}
