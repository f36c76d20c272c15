package dev.carousel.reference.language;

import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;

/**
 * Activation regularisation and its temporal form, of what passes through a layer that changes nothing. No weights, no state.
 *
 * <pre>{@code
 * y = x
 * penalty = α / M Σ x(t)²  +  β / M' Σ (x(t+1) - x(t))²          M numbers and M' differences within the sequences
 * dx(t) = dy(t) + 2 α / M x(t) + 2 β / M' ((x(t) - x(t-1)) - (x(t+1) - x(t)))
 * }</pre>
 *
 * <p>Shapes: x and y [T, N, D]. At a padded step y is 0.
 *
 * @param size D
 * @param activation α
 * @param temporal β
 */
public record ActivityPenaltyLayer(int size, double activation, double temporal) implements LayerReference {

    /** What is added to the loss. */
    public double penalty(Seq x) {
        double squares = 0;
        double changes = 0;
        for (int n = 0; n < x.batchSize(); n++) {
            for (int t = 0; t < x.length(n); t++) {
                for (int d = 0; d < size; d++) {
                    squares += x.get(t, n, d) * x.get(t, n, d);
                    double change = t + 1 < x.length(n) ? x.get(t + 1, n, d) - x.get(t, n, d) : 0;
                    changes += change * change;
                }
            }
        }
        return activation * squares / numbers(x) + temporal * changes / differences(x);
    }

    /** M. */
    private double numbers(Seq x) {
        int steps = 0;
        for (int n = 0; n < x.batchSize(); n++) {
            steps += x.length(n);
        }
        return Math.max(1, steps * size);
    }

    /** M'. */
    private double differences(Seq x) {
        int steps = 0;
        for (int n = 0; n < x.batchSize(); n++) {
            steps += Math.max(0, x.length(n) - 1);
        }
        return Math.max(1, steps * size);
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Seq y = Seq.zerosLike(x, size);
        for (int t = 0; t < x.steps(); t++) {
            int[] live = x.live(t);
            y.put(t, live, x.rows(t, live));
        }
        return new Run(y, Mats.empty(), (dY, dLast) -> backward(x, dY));
    }

    private Gradients backward(Seq x, Seq dY) {
        Seq dX = Seq.zerosLike(x, size);
        for (int n = 0; n < x.batchSize(); n++) {
            for (int t = 0; t < x.length(n); t++) {
                for (int d = 0; d < size; d++) {
                    double since = t > 0 ? x.get(t, n, d) - x.get(t - 1, n, d) : 0;
                    double until = t + 1 < x.length(n) ? x.get(t + 1, n, d) - x.get(t, n, d) : 0;
                    double ofActivation = 2 * activation / numbers(x) * x.get(t, n, d);
                    double ofChanges = 2 * temporal / differences(x) * (since - until);
                    int at = (t * x.batchSize() + n) * size + d;
                    dX.values()[at] = dY.get(t, n, d) + ofActivation + ofChanges;
                }
            }
        }
        return new Gradients(dX, Mats.empty(), Mats.empty());
    }

    @Override
    public String name() {
        return "activity penalty";
    }

    @Override
    public Mats weights() {
        return Mats.empty();
    }

    @Override
    public int inputSize() {
        return size;
    }

    @Override
    public int outputSize() {
        return size;
    }

    @Override
    public Mats zeroState(int N) {
        return Mats.empty();
    }
}
