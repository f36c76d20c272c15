package dev.carousel.cell;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Activation.Kind;
import dev.carousel.kernel.Nonlinearity;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The registry of cells: a new cell is one file beside this one, one line in {@link #USUAL} or {@link #VARIANTS} for each
 * variant to be tried, and one in {@code KINDS}. Files, the command and the contract tests take from here what there is.
 */
public final class Cells {

    /** The cells that have fast kernels; the first of each kind is its usual form. */
    public static final List<Cell> USUAL = List.of(
            Lstm.STANDARD,
            new Lstm(false),
            Gru.STANDARD,
            new Gru(Gru.ResetGate.BEFORE_PRODUCT),
            Rnn.STANDARD,
            new Rnn(Nonlinearity.RELU),
            new Rnn(Nonlinearity.LOGISTIC));

    private static final Activation SCALED_TANH = new Activation(Kind.SCALED_TANH, 1.25f, 0.75f);

    /** Some of the many variants that share the general kernels: every property of each kind, alone and together. */
    public static final List<Cell> VARIANTS = List.of(
            Lstm.STANDARD.withPeepholes(true),
            Lstm.STANDARD.withInputForget(true),
            Lstm.STANDARD.withClip(0.75f),
            Lstm.STANDARD
                    .withGateActivation(Activation.hardSigmoid(0.25f, 0.5f))
                    .withCandidateActivation(Activation.of(Kind.GELU))
                    .withOutputActivation(Activation.of(Kind.SOFTSIGN)),
            new Lstm(Activation.LOGISTIC, Activation.elu(0.75f), Activation.of(Kind.SILU), true, true, 1.25f),
            Gru.STANDARD.withCandidateActivation(Activation.leakyRelu(0.125f)).withClip(0.75f),
            new Gru(Gru.ResetGate.BEFORE_PRODUCT, Activation.hardSigmoid(0.25f, 0.5f), SCALED_TANH, 1.25f),
            new Rnn(Activation.of(Kind.SOFTSIGN)),
            new Rnn(Activation.of(Kind.SOFTPLUS), 0.75f));

    /** {@link #USUAL} and {@link #VARIANTS}, which the contract tests run on. */
    public static final List<Cell> ALL =
            Stream.concat(USUAL.stream(), VARIANTS.stream()).toList();

    private static final Map<String, Function<Map<String, String>, Cell>> KINDS =
            Map.of("lstm", Lstm::ofVariant, "gru", Gru::ofVariant, "rnn", Rnn::ofVariant);

    private Cells() {}

    /**
     * The usual form of a kind.
     *
     * @param kind {@code lstm}, {@code gru} or {@code rnn}, in any case
     * @throws IllegalArgumentException if the kind is unknown
     */
    public static Cell of(String kind) {
        return USUAL.stream()
                .filter(cell -> cell.kind().equalsIgnoreCase(kind))
                .findFirst()
                .orElseThrow(() -> unknown(kind));
    }

    /**
     * The variant of a kind that has just these properties: the way back from {@link Cell#kind} and {@link Cell#variant}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Cell of(String kind, Map<String, String> variant) {
        Function<Map<String, String>, Cell> ofVariant = KINDS.get(kind);
        if (ofVariant == null) {
            throw unknown(kind);
        }
        try {
            Cell cell = ofVariant.apply(variant);
            if (cell.variant().equals(variant)) {
                return cell;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(noVariant(kind, variant) + " " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(noVariant(kind, variant));
    }

    private static String noVariant(String kind, Map<String, String> variant) {
        List<Map<String, String>> some = ALL.stream()
                .filter(cell -> cell.kind().equals(kind))
                .map(Cell::variant)
                .collect(Collectors.toList());
        return "The cell " + kind + " has no variant " + variant + "; some of its variants are " + some + ".";
    }

    private static IllegalArgumentException unknown(String kind) {
        List<String> kinds = USUAL.stream().map(Cell::kind).distinct().collect(Collectors.toList());
        return new IllegalArgumentException("No cell is named '" + kind + "'; there are " + kinds + ".");
    }
}
