package dev.carousel.online;

import dev.carousel.loss.Loss;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Optimiser;
import java.util.Objects;

/**
 * How a network learns on a stream. An immutable value.
 *
 * @param loss what is to become small, of one step, its gradient times the step's weight where the loss has weights; not a loss of
 *     whole sequences
 * @param optimiser how the weights follow the gradient, after each target, at its own learning rate
 * @param clipping what is done to large gradients
 * @param lag how many further events may come before the target of an event does, at least 0; the events are kept until then
 */
public record OnlinePlan(Loss loss, Optimiser optimiser, Clipping clipping, int lag) {

    /** The norm that a gradient is clipped to, unless another is asked for. */
    private static final double NORM = 1;

    /** Checks the loss and the lag. */
    public OnlinePlan {
        Objects.requireNonNull(loss, "OnlinePlan: loss is null");
        Objects.requireNonNull(optimiser, "OnlinePlan: optimiser is null");
        Objects.requireNonNull(clipping, "OnlinePlan: clipping is null; Clipping.NONE is none");
        if (loss.wholeSequences()) {
            throw new IllegalArgumentException("OnlinePlan: " + loss
                    + " looks at whole sequences, but on a stream each target is of one step. Take a loss of steps.");
        }
        if (lag < 0) {
            throw new IllegalArgumentException("OnlinePlan: the lag is " + lag
                    + " events but must not be negative; 0 if each target comes before the next event.");
        }
    }

    /** Adam at 0.001 with gradients clipped to a norm of 1; each target comes before the next event. */
    public static OnlinePlan of(Loss loss) {
        return new OnlinePlan(loss, new Adam(0.001), Clipping.byNorm(NORM), 0);
    }

    /** The same with another optimiser. */
    public OnlinePlan withOptimiser(Optimiser other) {
        return new OnlinePlan(loss, other, clipping, lag);
    }

    /** The same with other clipping. */
    public OnlinePlan withClipping(Clipping other) {
        return new OnlinePlan(loss, optimiser, other, lag);
    }

    /** The same, where targets come this many events late at most. */
    public OnlinePlan withLag(int events) {
        return new OnlinePlan(loss, optimiser, clipping, events);
    }
}
