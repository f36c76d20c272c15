package dev.carousel.reference;

import static dev.carousel.reference.ActivationReference.Kind.ELU;
import static dev.carousel.reference.ActivationReference.Kind.GELU;
import static dev.carousel.reference.ActivationReference.Kind.HARD_SIGMOID;
import static dev.carousel.reference.ActivationReference.Kind.LEAKY_RELU;
import static dev.carousel.reference.ActivationReference.Kind.SCALED_TANH;
import static dev.carousel.reference.ActivationReference.Kind.SILU;
import static dev.carousel.reference.ActivationReference.Kind.SOFTPLUS;
import static dev.carousel.reference.ActivationReference.Kind.SOFTSIGN;
import static dev.carousel.reference.ActivationReference.LOGISTIC;
import static dev.carousel.reference.ActivationReference.TANH;
import static dev.carousel.reference.GruReference.Reset.AFTER_PRODUCT;
import static dev.carousel.reference.GruReference.Reset.BEFORE_PRODUCT;

import java.util.List;

/**
 * Every cell there is, and of the many variants some that have every property between them, in one list: the gradient
 * checks, {@code carousel check} and the contract tests run over it. A new cell is entered here and nowhere else.
 */
public final class ReferenceCells {

    private static final double NO_CLIP = Double.POSITIVE_INFINITY;

    private static final List<CellReference> ALL = List.of(
            new RnnReference(RnnReference.Nonlinearity.TANH),
            new RnnReference(RnnReference.Nonlinearity.RELU),
            new RnnReference(RnnReference.Nonlinearity.LOGISTIC),
            new LstmReference(true),
            new LstmReference(false),
            new GruReference(AFTER_PRODUCT),
            new GruReference(BEFORE_PRODUCT),
            lstm(LOGISTIC, TANH, TANH, true, false, NO_CLIP),
            lstm(LOGISTIC, TANH, TANH, false, true, NO_CLIP),
            lstm(LOGISTIC, TANH, TANH, false, false, 0.75),
            lstm(phi(HARD_SIGMOID, 0.25, 0.5), phi(GELU, 0, 0), phi(SOFTSIGN, 0, 0), false, false, NO_CLIP),
            lstm(LOGISTIC, phi(ELU, 0.75, 0), phi(SILU, 0, 0), true, true, 1.25),
            new GruVariantReference(AFTER_PRODUCT, LOGISTIC, phi(LEAKY_RELU, 0.125, 0), 0.75),
            new GruVariantReference(BEFORE_PRODUCT, phi(HARD_SIGMOID, 0.25, 0.5), phi(SCALED_TANH, 1.25, 0.75), 1.25),
            new RnnVariantReference(phi(SOFTSIGN, 0, 0), NO_CLIP),
            new RnnVariantReference(phi(SOFTPLUS, 0, 0), 0.75));

    private ReferenceCells() {}

    private static ActivationReference phi(ActivationReference.Kind kind, double alpha, double beta) {
        return new ActivationReference(kind, alpha, beta);
    }

    private static LstmVariantReference lstm(
            ActivationReference gate,
            ActivationReference candidate,
            ActivationReference output,
            boolean peepholes,
            boolean coupled,
            double clip) {
        return new LstmVariantReference(gate, candidate, output, peepholes, coupled, clip, 0);
    }

    /** All cells, in the order in which reports show them; unmodifiable. */
    public static List<CellReference> all() {
        return ALL;
    }
}
