package dev.carousel.cell;

import java.util.Map;

/**
 * Makes your own cell known to files and commands: a service of {@link java.util.ServiceLoader}.
 *
 * <p>A jar names its provider in {@code META-INF/services/dev.carousel.cell.CellProvider}, a module says
 * {@code provides dev.carousel.cell.CellProvider with ...}. From then on the cell is known by its name: models that
 * have it can be saved and loaded. A cell without variants may be its own provider, and return itself:
 *
 * <pre>{@code
 * public record MyCell() implements ElementwiseCell, CellProvider {
 *     public Cell of(Map<String, String> variant) {
 *         return this;
 *     }
 *     ...
 * }
 * }</pre>
 */
public interface CellProvider {

    /**
     * The name of the kind, as {@link Cell#kind} gives it; none that another provider or the library has. In lower case, as
     * commands read it.
     */
    String kind();

    /**
     * The cell that has just these properties: the way back from {@link Cell#variant}. Without any, the usual form.
     *
     * @throws IllegalArgumentException if there is none
     */
    Cell of(Map<String, String> variant);
}
