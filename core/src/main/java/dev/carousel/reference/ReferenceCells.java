package dev.carousel.reference;

import java.util.List;

/**
 * Every cell and variant there is, in one list: the gradient checks, {@code carousel check} and the contract tests run
 * over it. A new cell is entered here and nowhere else.
 */
public final class ReferenceCells {

    private static final List<CellReference> ALL = List.of(
            new RnnReference(RnnReference.Nonlinearity.TANH),
            new RnnReference(RnnReference.Nonlinearity.RELU),
            new RnnReference(RnnReference.Nonlinearity.LOGISTIC),
            new LstmReference(true),
            new LstmReference(false),
            new GruReference(GruReference.Reset.AFTER_PRODUCT),
            new GruReference(GruReference.Reset.BEFORE_PRODUCT));

    private ReferenceCells() {}

    /** All cells, in the order in which reports show them; unmodifiable. */
    public static List<CellReference> all() {
        return ALL;
    }
}
