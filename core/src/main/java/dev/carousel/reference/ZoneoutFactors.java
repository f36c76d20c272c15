package dev.carousel.reference;

import dev.carousel.reference.CellReference.Step;
import dev.carousel.reference.CellReference.StepGradients;
import java.util.Map;

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

    /** How much of a part of the state is fresh at a step, for some of the sequences; of the shape of {@code like}. */
    @FunctionalInterface
    private interface Fresh {
        Mat factors(String part, int t, int[] live, Mat like);
    }

    /** All of the state is fresh. */
    static final ZoneoutFactors NONE = expected(0, 0);

    private final Fresh fresh;

    private ZoneoutFactors(Fresh fresh) {
        this.fresh = fresh;
    }

    /** As outside training: each unit keeps z of its old value, on average what training does. */
    static ZoneoutFactors expected(double zHidden, double zCell) {
        return new ZoneoutFactors((part, t, live, like) -> like.map(value -> 1 - share(part, zHidden, zCell)));
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
        return new ZoneoutFactors((part, t, live, like) -> rows(factors, part, t, live, like));
    }

    private static Mat rows(Map<String, Seq> factors, String part, int t, int[] live, Mat like) {
        Seq given = factors.get(part);
        return given == null ? like.map(value -> 1) : given.rows(t, live);
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
            Mat f = fresh.factors(part, t, live, made);
            state = state.with(part, f.times(made).plus(f.oneMinus().times(previous.get(part))));
        }
        return new Step(state, dState -> backward(cell, dState, t, live));
    }

    private StepGradients backward(Step cell, Mats dState, int t, int[] live) {
        Mats dMade = Mats.empty();
        Mats dKept = Mats.empty();
        for (String part : dState.names()) {
            Mat f = fresh.factors(part, t, live, dState.get(part));
            dMade = dMade.with(part, f.times(dState.get(part)));
            dKept = dKept.with(part, f.oneMinus().times(dState.get(part)));
        }
        StepGradients d = cell.backward().apply(dMade);
        return new StepGradients(d.dx(), d.dPrevious().plus(dKept), d.dWeights());
    }
}
