package dev.carousel.loss;

import dev.carousel.tensor.Sequence;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The spread of a distribution under which held-out values are least surprising: by how much the distributions that a network gives
 * are too narrow for what it has not learned from.
 *
 * <pre>{@code
 * f = argmin Σ -ln p(x; y, f)           over all values that count, f from 1/2 to 8
 *
 * SpreadFit fit = SpreadFit.of(loss);
 * fit.add(outputs, targets);            // of held-out sequences, batch after batch
 * Distribution wider = loss.distribution().withSpread(fit.spread());
 * }</pre>
 *
 * <p>The sum is known for {@value #PLACES} spreads, whose logarithms are evenly apart; f is the lowest point of the parabola through the
 * least and its neighbours. For a Gaussian f² is about the mean of z². Mutable, for one thread at a time; a second one gets an error.
 */
public final class SpreadFit {

    /** The least spread that is tried. */
    public static final double LEAST = 0.5;

    /** The greatest spread that is tried. */
    public static final double GREATEST = 8;

    /** 2^(-1), 2^(-7/8), ... 2^3. */
    private static final int PLACES = 33;

    private static final int OF_ONE = 8;
    private static final double OF_AN_OCTAVE = 8;

    private final List<BatchLoss> losses;
    private final double[] sums = new double[PLACES];
    private long count;

    private SpreadFit(DistributionLoss loss) {
        this.losses = IntStream.range(0, PLACES)
                .mapToObj(i -> loss.distribution().withSpread(spread(i)))
                .map(family -> BatchLoss.of(new DistributionLoss(family, loss.steps())))
                .toList();
    }

    /** Nothing seen yet; the spread of the loss's own distribution does not count. */
    public static SpreadFit of(DistributionLoss loss) {
        return new SpreadFit(loss);
    }

    private static double spread(double place) {
        return Math.pow(2, (place - OF_ONE) / OF_AN_OCTAVE);
    }

    /**
     * Adds held-out values.
     *
     * @param y what the network gives, [T, N, O P]
     * @param target the values, as the loss has them
     * @throws IllegalArgumentException as {@link BatchLoss#evaluate}, or if a loss is not finite
     */
    public void add(Sequence y, Target target) {
        for (int i = 0; i < PLACES; i++) {
            BatchLoss loss = losses.get(i);
            loss.evaluate(y, target);
            if (!Double.isFinite(loss.sum())) {
                throw new IllegalArgumentException("SpreadFit: the loss of held-out values is " + loss.sum()
                        + " but must be finite. Did the training diverge?");
            }
            sums[i] += loss.sum();
        }
        count += losses.get(0).count();
    }

    /** How many values were added. */
    public long count() {
        return count;
    }

    /**
     * f, from {@link #LEAST} to {@link #GREATEST}. If it is one of the two, what fits best may lie beyond: the validation data differ
     * from what was learned, or the training ended too early or too late.
     *
     * @throws IllegalStateException if nothing was added
     */
    public double spread() {
        if (count == 0) {
            throw new IllegalStateException("SpreadFit: no value was added, so nothing is known of the spread.");
        }
        int least = OF_ONE;
        for (int i = 0; i < PLACES; i++) {
            least = sums[i] < sums[least] ? i : least;
        }
        if (least == 0 || least == PLACES - 1) {
            return spread(least);
        }
        double below = sums[least - 1] - sums[least];
        double above = sums[least + 1] - sums[least];
        double curve = below + above;
        return spread(curve > 0 ? least + 0.5 * (below - above) / curve : least);
    }
}
