package dev.carousel.reference.cell;

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

import dev.carousel.reference.ActivationReference;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.GruReference;
import dev.carousel.reference.LstmReference;
import dev.carousel.reference.RnnReference;
import java.util.List;
import java.util.Map;

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
            GruReference.variant(AFTER_PRODUCT, LOGISTIC, phi(LEAKY_RELU, 0.125, 0), 0.75),
            GruReference.variant(BEFORE_PRODUCT, phi(HARD_SIGMOID, 0.25, 0.5), phi(SCALED_TANH, 1.25, 0.75), 1.25),
            RnnReference.variant(phi(SOFTSIGN, 0, 0), NO_CLIP),
            RnnReference.variant(phi(SOFTPLUS, 0, 0), 0.75),
            new IndRnnReference(true),
            new IndRnnReference(false),
            new MguReference(),
            new MinGruReference(),
            new MinLstmReference(),
            new SruReference(),
            new SlstmReference(),
            new RgLruReference(),
            new LayerNormLstmReference());

    private static final Map<String, CellReference> BY_KIND = Map.of(
            "indrnn", new IndRnnReference(true),
            "mgu", new MguReference(),
            "mingru", new MinGruReference(),
            "minlstm", new MinLstmReference(),
            "sru", new SruReference(),
            "slstm", new SlstmReference(),
            "rglru", new RgLruReference(),
            "lnlstm", new LayerNormLstmReference());

    private ReferenceCells() {}

    private static ActivationReference phi(ActivationReference.Kind kind, double alpha, double beta) {
        return new ActivationReference(kind, alpha, beta);
    }

    private static CellReference lstm(
            ActivationReference gate,
            ActivationReference candidate,
            ActivationReference output,
            boolean peepholes,
            boolean coupled,
            double clip) {
        return LstmReference.variant(gate, candidate, output, peepholes, coupled, clip, 0);
    }

    /**
     * The usual form of a cell of the years from 2015 to 2025, as {@code --cell} and files name it.
     *
     * @param kind {@code indrnn}, {@code mgu}, {@code mingru}, {@code minlstm}, {@code sru}, {@code slstm}, {@code rglru} or
     *     {@code lnlstm}
     * @throws IllegalArgumentException if it is none of them
     */
    public static CellReference of(String kind) {
        CellReference cell = BY_KIND.get(kind);
        if (cell == null) {
            throw new IllegalArgumentException(
                    "ReferenceCells: no cell is called '" + kind + "'; there are " + BY_KIND.keySet() + ".");
        }
        return cell;
    }

    /** The independently recurrent network with tanh for ReLU. */
    public static CellReference indRnnWithTanh() {
        return new IndRnnReference(false);
    }

    /** All cells, in the order in which reports show them; unmodifiable. */
    public static List<CellReference> all() {
        return ALL;
    }
}
