package dev.carousel.cell;

import dev.carousel.kernel.Nonlinearity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The registry of cells: a new cell is one file beside this one and one line in {@link #ALL}. Files, the command and the
 * contract tests take from here what there is.
 */
public final class Cells {

    /** Every cell in every variant; the first of each kind is its usual form. */
    public static final List<Cell> ALL = List.of(
            Lstm.STANDARD,
            new Lstm(false),
            Gru.STANDARD,
            new Gru(Gru.ResetGate.BEFORE_PRODUCT),
            Rnn.STANDARD,
            new Rnn(Nonlinearity.RELU),
            new Rnn(Nonlinearity.LOGISTIC));

    private Cells() {}

    /**
     * The usual form of a kind.
     *
     * @param kind {@code lstm}, {@code gru} or {@code rnn}, in any case
     * @throws IllegalArgumentException if the kind is unknown
     */
    public static Cell of(String kind) {
        return ALL.stream()
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
        List<Cell> ofKind =
                ALL.stream().filter(cell -> cell.kind().equals(kind)).collect(Collectors.toList());
        if (ofKind.isEmpty()) {
            throw unknown(kind);
        }
        return ofKind.stream()
                .filter(cell -> cell.variant().equals(variant))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The cell " + kind + " has no variant " + variant
                        + "; its variants are "
                        + ofKind.stream().map(Cell::variant).collect(Collectors.toList()) + "."));
    }

    private static IllegalArgumentException unknown(String kind) {
        Object[] kinds = ALL.stream().map(Cell::kind).distinct().toArray();
        return new IllegalArgumentException(
                "No cell is named '" + kind + "'; there are " + Arrays.toString(kinds) + ".");
    }
}
