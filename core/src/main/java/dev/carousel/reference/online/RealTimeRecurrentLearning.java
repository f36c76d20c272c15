package dev.carousel.reference.online;

import dev.carousel.reference.CellReference;
import dev.carousel.reference.CellReference.Step;
import dev.carousel.reference.CellReference.StepGradients;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cell taken through time with the gradient of its state in its weights carried along, so that no step has to be kept.
 *
 * <pre>{@code
 * S = J S' + ∂s/∂θ           S = ds/dθ, what the weights have done to the state; 0 before the first step
 * gradient = dL/ds S         of a loss that reads the state after this step
 * }</pre>
 *
 * <p>One rule for every cell: row i of J = ∂s/∂s' and of ∂s/∂θ is what the cell's own backward step makes of the gradient
 * that is 1 in number i of the state and 0 elsewhere. The gradients of all steps, added up, are the gradient of the sequence
 * by backpropagation through time, as long as the weights stay the same.
 *
 * <p>For one sequence; s is all parts of the state side by side. S has as many numbers as the state times the weights, and a
 * step costs as many times that as the state has numbers: this is to be read and to check others by. The derivation stands in
 * {@code docs/math/rtrl.md}.
 *
 * <p>Sources: R. J. Williams and D. Zipser, "A learning algorithm for continually running fully recurrent neural networks",
 * Neural Computation 1 (1989); J. Menick et al., "Practical real time recurrent learning with a sparse approximation", ICLR
 * 2021, section 3, for {@link #ofOwnUnits}.
 */
public final class RealTimeRecurrentLearning {

    private final CellReference cell;
    private final Mats weights;
    private final boolean ownUnits;
    private Mats state;

    /** S: for each part of the state, for each of its numbers, the gradient of that number in all weights. */
    private Map<String, List<Mats>> influence;

    private RealTimeRecurrentLearning(CellReference cell, Mats weights, Mats initial, boolean ownUnits) {
        this.cell = cell;
        this.weights = weights;
        this.ownUnits = ownUnits;
        this.state = initial;
        this.influence = new LinkedHashMap<>();
        initial.asMap().forEach((part, values) -> {
            if (values.rows() != 1) {
                throw new IllegalArgumentException("RealTimeRecurrentLearning: the initial " + part + " is "
                        + values.shape() + " but must be of one sequence. Take one learner for each.");
            }
            List<Mats> none = new ArrayList<>();
            for (int i = 0; i < values.columns(); i++) {
                none.add(weights.zerosLike());
            }
            influence.put(part, none);
        });
    }

    /**
     * A sequence that begins, with all of S.
     *
     * @param cell the equations of a step
     * @param weights what {@link CellReference#weights} lists; they may change between steps, and S is then of the weights as they
     *     were at each step
     * @param initial the state before the first step, each part [1, its size]
     * @throws IllegalArgumentException if the state is of several sequences
     */
    public static RealTimeRecurrentLearning of(CellReference cell, Mats weights, Mats initial) {
        return new RealTimeRecurrentLearning(cell, weights, initial, false);
    }

    /**
     * A sequence that begins, of whose S only that is kept which a weight does to its own unit; the rest is set to 0 after each
     * step. Exact where units read nothing of each other's state, biased elsewhere: SnAp-1 of a cell with one recurrent product a
     * step.
     *
     * @see #of
     */
    public static RealTimeRecurrentLearning ofOwnUnits(CellReference cell, Mats weights, Mats initial) {
        return new RealTimeRecurrentLearning(cell, weights, initial, true);
    }

    /**
     * One step.
     *
     * @param x the input, [1, D]
     * @return h after it, [1, its size]
     */
    public Mat step(Mat x) {
        Step step = cell.forward(weights, x, state);
        Map<String, List<Mats>> next = new LinkedHashMap<>();
        influence.forEach((part, numbers) -> {
            List<Mats> rows = new ArrayList<>();
            for (int i = 0; i < numbers.size(); i++) {
                StepGradients row = step.backward().apply(one(part, i));
                Mats s = row.dWeights().plus(carried(row.dPrevious()));
                rows.add(ownUnits ? ofUnit(s, i, numbers.size()) : s);
            }
            next.put(part, rows);
        });
        influence = next;
        state = step.state();
        return state.get("h");
    }

    /** The gradient that is 1 in one number of the state. */
    private Mats one(String part, int i) {
        Mats d = state.zerosLike();
        d.get(part).values()[i] = 1;
        return d;
    }

    /** A row of J, or the gradient in the state, times S. */
    private Mats carried(Mats dState) {
        Mats sum = weights.zerosLike();
        for (Map.Entry<String, List<Mats>> part : influence.entrySet()) {
            for (int i = 0; i < part.getValue().size(); i++) {
                double d = dState.get(part.getKey()).values()[i];
                if (d != 0) {
                    sum = sum.plus(times(part.getValue().get(i), d));
                }
            }
        }
        return sum;
    }

    private static Mats times(Mats gradient, double factor) {
        Mats product = Mats.empty();
        for (Map.Entry<String, Mat> weight : gradient.asMap().entrySet()) {
            product = product.with(weight.getKey(), weight.getValue().times(factor));
        }
        return product;
    }

    /** What belongs to a unit: its row of each gate's block of a matrix, its number of each block of a bias. */
    private static Mats ofUnit(Mats gradient, int unit, int H) {
        Mats own = Mats.empty();
        for (Map.Entry<String, Mat> weight : gradient.asMap().entrySet()) {
            Mat all = weight.getValue();
            Mat kept = Mat.zeros(all.rows(), all.columns());
            for (int i = 0; i < all.values().length; i++) {
                int belongsTo = (all.rows() > 1 ? i / all.columns() : i) % H;
                kept.values()[i] = belongsTo == unit ? all.values()[i] : 0;
            }
            own = own.with(weight.getKey(), kept);
        }
        return own;
    }

    /** The state after the last step, each part [1, its size]. */
    public Mats state() {
        return state;
    }

    /**
     * The gradient of a loss in all weights, through all steps so far.
     *
     * @param dState the gradient of the loss in the state after the last step, under its names
     * @return under the names of the weights
     */
    public Mats gradient(Mats dState) {
        return carried(dState);
    }
}
