package dev.carousel.spec;

/**
 * The noise that training puts into a recurrent layer so that it generalises; outside training there is none. All shares
 * are from 0 to below 1, and 0 is off.
 *
 * <pre>{@code
 * recurrent dropout   R (m ⊙ h')              m drawn once a sequence, 0 with probability p, else 1 / (1 - p)
 * weight dropout      (M ⊙ R) h'              M drawn once a batch, as m
 * zoneout             h = d ⊙ h' + (1 - d) ⊙ h~     d drawn at every step, 1 with probability z; outside training d = z
 *                     c = e ⊙ c' + (1 - e) ⊙ c~     likewise
 * }</pre>
 *
 * <p>Recurrent dropout: Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks"
 * (2016), with one mask for all gates; where a GRU keeps z ⊙ h', that h' is whole. Weight dropout: Merity, Keskar and Socher,
 * "Regularizing and Optimizing LSTM Language Models" (2018). Zoneout: Krueger et al., "Zoneout" (2017); h~ and c~ are
 * what the cell's equations give, h~ from c~.
 *
 * @param sameAtEveryStep whether the dropout between the layers of a stack drops the same numbers at all steps of a sequence,
 *     as Gal and Ghahramani do
 * @param recurrentDropout the share of h' that the recurrent product does not see
 * @param weightDropout the share of R that is 0
 * @param zoneoutHidden the share of h that keeps its value from the step before
 * @param zoneoutCell the share of c that does, of a cell with a cell state
 */
public record Regularisation(
        boolean sameAtEveryStep, float recurrentDropout, float weightDropout, float zoneoutHidden, float zoneoutCell) {

    /** None of it. */
    public static final Regularisation NONE = new Regularisation(false, 0, 0, 0, 0);

    /** Checks the shares. */
    public Regularisation {
        requireShare("recurrentDropout", recurrentDropout);
        requireShare("weightDropout", weightDropout);
        requireShare("zoneoutHidden", zoneoutHidden);
        requireShare("zoneoutCell", zoneoutCell);
    }

    private static void requireShare(String what, float share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "Regularisation: " + what + " is " + share + " but must be at least 0 and below 1.");
        }
    }

    /** The same, where dropout between layers drops the same at every step or not. */
    public Regularisation withSameAtEveryStep(boolean sameAtEveryStep) {
        return new Regularisation(sameAtEveryStep, recurrentDropout, weightDropout, zoneoutHidden, zoneoutCell);
    }

    /** The same with another recurrent dropout. */
    public Regularisation withRecurrentDropout(float share) {
        return new Regularisation(sameAtEveryStep, share, weightDropout, zoneoutHidden, zoneoutCell);
    }

    /** The same with another weight dropout. */
    public Regularisation withWeightDropout(float share) {
        return new Regularisation(sameAtEveryStep, recurrentDropout, share, zoneoutHidden, zoneoutCell);
    }

    /** The same with another zoneout of h and of c. */
    public Regularisation withZoneout(float hidden, float cell) {
        return new Regularisation(sameAtEveryStep, recurrentDropout, weightDropout, hidden, cell);
    }

    /** Whether there is any zoneout, which is there outside training too. */
    public boolean zoneout() {
        return zoneoutHidden > 0 || zoneoutCell > 0;
    }
}
