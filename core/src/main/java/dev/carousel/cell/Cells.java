package dev.carousel.cell;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Activation.Kind;
import dev.carousel.kernel.Nonlinearity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The registry of cells: a new cell of ours is one file next to this one, one line in {@link #USUAL} or {@link #VARIANTS}
 * for each variant to be tried, and one in {@code KINDS}. Files, the command and the contract tests look up the cells
 * here. Cells from elsewhere are found through a {@link CellProvider}.
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
            new Rnn(Nonlinearity.LOGISTIC),
            IndRnn.STANDARD,
            new IndRnn(false),
            Mgu.STANDARD,
            MinGru.STANDARD,
            MinLstm.STANDARD,
            Sru.STANDARD,
            Slstm.STANDARD,
            RgLru.STANDARD,
            LayerNormLstm.STANDARD);

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

    private static final Map<String, Function<Map<String, String>, Cell>> KINDS = Map.ofEntries(
            Map.entry("lstm", Lstm::ofVariant),
            Map.entry("gru", Gru::ofVariant),
            Map.entry("rnn", Rnn::ofVariant),
            Map.entry("indrnn", IndRnn::ofVariant),
            Map.entry("mgu", variant -> Mgu.STANDARD),
            Map.entry("mingru", variant -> MinGru.STANDARD),
            Map.entry("minlstm", variant -> MinLstm.STANDARD),
            Map.entry("sru", variant -> Sru.STANDARD),
            Map.entry("slstm", variant -> Slstm.STANDARD),
            Map.entry("rglru", variant -> RgLru.STANDARD),
            Map.entry("lnlstm", variant -> LayerNormLstm.STANDARD));

    private Cells() {}

    /**
     * The usual form of a kind.
     *
     * @param kind {@code lstm}, {@code gru}, {@code rnn}, {@code indrnn}, {@code mgu}, {@code mingru}, {@code minlstm},
     *     {@code sru}, {@code slstm}, {@code rglru} or {@code lnlstm}, in any case; or that of a {@link CellProvider}, as it has it
     * @throws IllegalArgumentException if the kind is unknown
     */
    public static Cell of(String kind) {
        Optional<Cell> usual = USUAL.stream()
                .filter(cell -> cell.kind().equalsIgnoreCase(kind))
                .findFirst();
        return usual.isPresent() ? usual.get() : usualOfProvided(kind);
    }

    /** What a provider gives without any property, whatever that is called in files. */
    private static Cell usualOfProvided(String kind) {
        CellProvider provider = provided(kind);
        try {
            return provider.of(Map.of());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(noVariant(kind, Map.of()) + " " + e.getMessage(), e);
        }
    }

    /**
     * Refuses a cell that could not be found again by its kind and variant, as a file names it.
     *
     * @throws IllegalArgumentException if it is no cell of the library and no {@link CellProvider} has it
     */
    public static void requireKnown(Cell cell) {
        Cell found;
        try {
            found = of(cell.kind(), cell.variant());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The cell '" + cell.kind() + "' " + cell.variant() + " ("
                            + cell.getClass().getName() + ") could not be read back from a file. " + e.getMessage(),
                    e);
        }
        if (!found.equals(cell)) {
            throw new IllegalArgumentException("The cell '" + cell.kind() + "' " + cell.variant() + " is "
                    + cell + ", but a file of that name would be read as " + found
                    + ". Give it its own kind, let variant() tell all its properties, and make it a record, which is"
                    + " equal to another of the same properties.");
        }
    }

    /**
     * The variant of a kind that has just these properties: the way back from {@link Cell#kind} and {@link Cell#variant}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Cell of(String kind, Map<String, String> variant) {
        Function<Map<String, String>, Cell> ofVariant = KINDS.containsKey(kind) ? KINDS.get(kind) : provided(kind)::of;
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

    /** The one provider of a kind that is not ours. */
    private static CellProvider provided(String kind) {
        List<CellProvider> found = new ArrayList<>();
        List<String> kinds =
                new ArrayList<>(USUAL.stream().map(Cell::kind).distinct().toList());
        try {
            for (CellProvider provider : providers()) {
                kinds.add(provider.kind());
                if (provider.kind().equals(kind)) {
                    found.add(provider);
                }
            }
        } catch (ServiceConfigurationError e) {
            throw new IllegalArgumentException(
                    "The cell '" + kind + "' could not be looked for, since a provider of cells cannot be used: "
                            + e.getMessage()
                            + ". It must be a public class with a public constructor without parameters.",
                    e);
        }
        if (found.size() > 1) {
            throw new IllegalArgumentException("The cell '" + kind + "' is provided twice, by "
                    + found.get(0).getClass().getName() + " and by "
                    + found.get(1).getClass().getName() + "; take one of their jars off the class or module path.");
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("No cell is named '" + kind + "'; there are " + kinds
                    + ". If it is a cell of your own, put the jar that provides it on the class or module path: it"
                    + " names its " + CellProvider.class.getName() + " in META-INF/services/"
                    + CellProvider.class.getName() + ", or in the \"provides\" of its module-info.");
        }
        return found.get(0);
    }

    /** Those that this thread sees, or else those next to the library. */
    private static Iterable<CellProvider> providers() {
        ServiceLoader<CellProvider> seen = ServiceLoader.load(CellProvider.class);
        return seen.findFirst().isPresent()
                ? seen
                : ServiceLoader.load(CellProvider.class, Cells.class.getClassLoader());
    }
}
