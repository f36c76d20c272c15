package dev.carousel.reference;

import dev.carousel.reference.CellReference.Step;
import dev.carousel.reference.CellReference.StepGradients;
import java.util.Map;
import java.util.Optional;

/**
 * Zoneout: of h and of c, a share of the units keeps the value that it had before the step.
 *
 * <pre>{@code
 * h = f ⊙ h~ + (1 - f) ⊙ h'        h~ what the cell makes; f [N, H] of each step: 0 or 1 in training, 1 - z outside
 * dh~ = f ⊙ dh                     dh' = what the cell sends back + (1 - f) ⊙ dh
 * }</pre>
 *
 * <p>The same for c, with factors of its own; all other parts of a state are fresh. Source: D. Krueger et al., "Zoneout: regularizing RNNs by randomly preserving
 * hidden activations", ICLR 2017, equations 3 and 4.
 */
final class ZoneoutFactors {

    /**
     * How much of a part of the state is fresh at a step, for some of the sequences; of the shape of {@code like}. Empty for all
     * of it, which is not to be mixed at all: 0 times an infinite old value is no number.
     */
    @FunctionalInterface
    private interface Fresh {
        Optional<Mat> factors(String part, int t, int[] live, Mat like);
    }

    /** All of the state is fresh. */
    static final ZoneoutFactors NONE = expected(0, 0);

    private final Fresh fresh;

    private ZoneoutFactors(Fresh fresh) {
        this.fresh = fresh;
    }

    /** As outside training: each unit keeps z of its old value, on average what training does. */
    static ZoneoutFactors expected(double zHidden, double zCell) {
        return new ZoneoutFactors((part, t, live, like) -> {
            double share = share(part, zHidden, zCell);
            return share == 0 ? Optional.empty() : Optional.of(like.map(value -> 1 - share));
        });
    }

    private static double share(String part, double zHidden, double zCell) {
        return part.equals("h") ? zHidden : part.equals("c") ? zCell : 0;
    }

    /**
     * As in training, with given draws.
     *
     * @param factors of parts of the state [T, N, size]: 0 where a unit keeps its value, else 1; a part without is fresh
     */
    static ZoneoutFactors drawn(Map<String, Seq> factors) {
        return new ZoneoutFactors(
                (part, t, live, like) -> Optional.ofNullable(factors.get(part)).map(given -> given.rows(t, live)));
    }

    /** The same for sequence n alone, in a batch of its own. */
    ZoneoutFactors alone(int n) {
        return new ZoneoutFactors((part, t, live, like) -> fresh.factors(part, t, new int[] {n}, like));
    }

    /** A step of a cell with zoneout around it. */
    Step around(Step cell, Mats previous, int t, int[] live) {
        Mats state = Mats.empty();
        for (String part : cell.state().names()) {
            Mat made = cell.state().get(part);
            Optional<Mat> factors = fresh.factors(part, t, live, made);
            Mat mixed = factors.map(f -> f.times(made).plus(f.oneMinus().times(previous.get(part))))
                    .orElse(made);
            state = state.with(part, mixed);
        }
        return new Step(state, dState -> backward(cell, dState, t, live));
    }

    private StepGradients backward(Step cell, Mats dState, int t, int[] live) {
        Mats dMade = Mats.empty();
        Mats dKept = Mats.empty();
        for (String part : dState.names()) {
            Mat d = dState.get(part);
            Optional<Mat> factors = fresh.factors(part, t, live, d);
            dMade = dMade.with(part, factors.map(f -> f.times(d)).orElse(d));
            dKept = dKept.with(part, factors.map(f -> f.oneMinus().times(d)).orElse(Mat.zeros(d.rows(), d.columns())));
        }
        StepGradients d = cell.backward().apply(dMade);
        return new StepGradients(d.dx(), d.dPrevious().plus(dKept), d.dWeights());
    }
}
