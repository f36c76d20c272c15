package dev.carousel.optim;

import dev.carousel.kernel.OneThread;
import dev.carousel.kernel.Team;
import dev.carousel.kernel.UpdateKernel;
import dev.carousel.network.Network;
import dev.carousel.spec.Parameters;
import java.util.Arrays;
import java.util.List;

/**
 * An optimiser at work on the parameters of one network: clips a gradient, then follows it.
 *
 * <pre>{@code
 * Descent descent = Descent.of(new Adam(0.002), Clipping.byNorm(5), network.parameters(), kernels.updates(), team);
 * double norm = descent.clip(gradient);
 * descent.step(gradient, 0.002);
 * }</pre>
 *
 * <p>Norms are summed in pieces of one size and in one order, and parameters are updated each on its own, so the number
 * of threads changes no bit. Mutable: it holds the optimiser's memory. One thread at a time; a second one
 * gets an error.
 */
public final class Descent {

    /** Below this many parameters the hand-over to other threads costs more than it saves. */
    private static final int WORTH_A_TEAM = 32_768;

    /** The unit in which threads share the parameters. */
    private static final int PIECE = 4_096;

    private static final float[] NONE = {};

    private final Optimiser optimiser;
    private final Clipping clipping;
    private final Parameters parameters;
    private final UpdateKernel kernel;
    private final Team team;
    private final OptimiserMemory memory;
    private final Update[] updates;
    private final ParameterGroups groups;

    /** Of each piece of the groups. */
    private final double[] squares;

    private final double[] groupSquares;

    // What the threads work on.
    private final Team.Task squaring = this::squaresOfPart;
    private final Team.Task scaling = this::scalePart;
    private final Team.Task clamping = this::clampPart;
    private final Team.Task updating = this::updatePart;
    private float[] g = {};
    private float factor;

    /** The gradient that was found finite when it was clipped, until it is used. */
    private float[] finite = NONE;

    private final OneThread one = new OneThread("Descent");

    private Descent(Optimiser optimiser, Clipping clipping, Parameters parameters, UpdateKernel kernel, Team team) {
        this.optimiser = optimiser;
        this.clipping = clipping;
        this.parameters = parameters;
        this.kernel = kernel;
        this.team = team;
        this.memory = new OptimiserMemory(optimiser, parameters.size());
        this.groups = ParameterGroups.of(parameters);
        this.squares = new double[groups.pieces()];
        this.groupSquares = new double[groups.names().size()];
        this.updates = new Update[team.threads()];
        for (int i = 0; i < updates.length; i++) {
            updates[i] = new Update(kernel, parameters.values(), memory);
        }
    }

    /**
     * An optimiser that begins.
     *
     * @param parameters what it updates, in place
     */
    public static Descent of(
            Optimiser optimiser, Clipping clipping, Parameters parameters, UpdateKernel kernel, Team team) {
        return new Descent(optimiser, clipping, parameters, kernel, team);
    }

    /** An optimiser that begins on a network, without clipping and in the calling thread. */
    public static Descent of(Optimiser optimiser, Network network) {
        UpdateKernel kernel = network.kernels().updates();
        return of(optimiser, Clipping.NONE, network.parameters(), kernel, Team.single());
    }

    /** The optimiser that it follows. */
    public Optimiser optimiser() {
        return optimiser;
    }

    /** What the optimiser remembers, for a checkpoint. */
    public OptimiserMemory memory() {
        return memory;
    }

    /** The names of the layers whose norms {@link #layerNorm} tells, in the order of their parameters. */
    public List<String> layers() {
        return groups.names();
    }

    /** The norm of the part of the last gradient given to {@link #clip} that belongs to a layer, before clipping. */
    public double layerNorm(int layer) {
        one.enter();
        try {
            return Math.sqrt(groupSquares[layer]);
        } finally {
            one.leave();
        }
    }

    /**
     * Clips a gradient in place.
     *
     * @return its norm before: the root of the sum of all squares; NaN or infinite exactly if one of its numbers is, and
     *     the gradient is then as it was
     * @throws IllegalArgumentException if the gradient is of another network
     * @throws IllegalStateException if another thread is at work on this object
     */
    public double clip(Parameters gradient) {
        requireFits(gradient);
        one.enter();
        try {
            g = gradient.values();
            run(squaring);
            double norm = Math.sqrt(sumOfSquares());
            if (Double.isFinite(norm)) {
                limit(norm);
                finite = g;
            }
            return norm;
        } finally {
            one.leave();
        }
    }

    private void limit(double norm) {
        if (clipping instanceof Clipping.ByNorm byNorm && byNorm.factor(norm) < 1) {
            factor = (float) byNorm.factor(norm);
            run(scaling);
        } else if (clipping instanceof Clipping.ByValue byValue) {
            factor = (float) byValue.limit();
            run(clamping);
        }
    }

    /**
     * Clips the gradients of several networks that learn together as if they were one.
     *
     * @param descents one for each network, all with the same clipping
     * @param gradients of each
     * @return the norm of all together before; NaN or infinite exactly if one of their numbers is, and they are then as they
     *     were
     * @throws IllegalArgumentException if there are not as many gradients, the clipping differs, or a gradient is of another
     *     network
     * @throws IllegalStateException if another thread is at work on one of them, or one is listed twice
     */
    public static double clipTogether(List<Descent> descents, List<Parameters> gradients) {
        if (descents.size() != gradients.size()) {
            throw new IllegalArgumentException(
                    "There are " + descents.size() + " networks but " + gradients.size() + " gradients.");
        }
        for (int i = 0; i < descents.size(); i++) {
            Descent descent = descents.get(i);
            if (!descent.clipping.equals(descents.get(0).clipping)) {
                throw new IllegalArgumentException("The networks are clipped " + descents.get(0).clipping + " and "
                        + descent.clipping + "; together they need one clipping.");
            }
            descent.requireFits(gradients.get(i));
        }
        int entered = 0;
        try {
            for (; entered < descents.size(); entered++) {
                descents.get(entered).one.enter();
            }
            return clipTogetherAlone(descents, gradients);
        } finally {
            for (int i = 0; i < entered; i++) {
                descents.get(i).one.leave();
            }
        }
    }

    private static double clipTogetherAlone(List<Descent> descents, List<Parameters> gradients) {
        double squares = 0;
        for (int i = 0; i < descents.size(); i++) {
            Descent descent = descents.get(i);
            descent.g = gradients.get(i).values();
            descent.run(descent.squaring);
            squares += descent.sumOfSquares();
        }
        double norm = Math.sqrt(squares);
        if (Double.isFinite(norm)) {
            for (Descent descent : descents) {
                descent.limit(norm);
                descent.finite = descent.g;
            }
        }
        return norm;
    }

    private double sumOfSquares() {
        Arrays.fill(groupSquares, 0);
        for (int i = 0; i < squares.length; i++) {
            groupSquares[groups.group(i)] += squares[i];
        }
        double sum = 0;
        for (double square : groupSquares) {
            sum += square;
        }
        return sum;
    }

    /** One update of all parameters at the optimiser's own learning rate. */
    public void step(Parameters gradient) {
        step(gradient, optimiser.learningRate());
    }

    /**
     * One update of all parameters.
     *
     * @param gradient read; weight decay may change it
     * @param rate the learning rate after the schedule
     * @throws IllegalArgumentException if the gradient is of another network, is the parameters themselves, or has numbers that
     *     are not finite; the parameters are then as they were
     * @throws IllegalStateException if another thread is at work on this object
     */
    public void step(Parameters gradient, double rate) {
        requireFits(gradient);
        one.enter();
        try {
            requireFinite(gradient.values());
            parameters.changed();
            memory.countUpdate();
            for (Update update : updates) {
                update.g = gradient.values();
                update.rate = rate;
            }
            run(updating);
        } finally {
            one.leave();
        }
    }

    private void requireFinite(float[] gradient) {
        if (finite != gradient) {
            g = gradient;
            run(squaring);
            if (!Double.isFinite(sumOfSquares())) {
                throw new IllegalArgumentException(
                        "The gradient has numbers that are NaN or infinite, and with it every"
                                + " parameter would become NaN. Has the training diverged? A lower learning rate or clipping helps;"
                                + " clip() tells the norm before a step.");
            }
        }
        finite = NONE;
    }

    private void run(Team.Task task) {
        if (parameters.size() < WORTH_A_TEAM) {
            task.run(0, 1);
        } else {
            team.run(task);
        }
    }

    private void squaresOfPart(int part, int parts) {
        int end = Team.cut(squares.length, part + 1, parts);
        for (int i = Team.cut(squares.length, part, parts); i < end; i++) {
            squares[i] = kernel.sumOfSquares(groups.from(i), groups.to(i), g);
        }
    }

    private void scalePart(int part, int parts) {
        kernel.scale(cut(part, parts), cut(part + 1, parts), g, factor);
    }

    private void clampPart(int part, int parts) {
        kernel.clamp(cut(part, parts), cut(part + 1, parts), g, factor);
    }

    private void updatePart(int part, int parts) {
        Update update = updates[part];
        update.from = cut(part, parts);
        update.to = cut(part + 1, parts);
        optimiser.update(update);
    }

    private int cut(int part, int parts) {
        return Team.cut(parameters.size(), PIECE, part, parts);
    }

    private void requireFits(Parameters gradient) {
        if (!gradient.sameLayout(parameters)) {
            throw new IllegalArgumentException("The gradient has " + gradient.size() + " numbers in "
                    + gradient.slices().size() + " slices but the parameters " + parameters.size() + " in "
                    + parameters.slices().size() + ". Was it made with another network's zerosLike()?");
        }
        if (gradient.values() == parameters.values()) {
            throw new IllegalArgumentException("The gradient is the parameters themselves. Make room for one with their"
                    + " zerosLike(), and let a backward pass fill it.");
        }
    }
}
