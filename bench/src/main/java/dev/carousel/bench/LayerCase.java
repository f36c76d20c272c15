package dev.carousel.bench;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cli.timing.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One layer to time.
 *
 * @param cell its kind: {@code lstm}, {@code gru} (reset after the product) or {@code rnn} (tanh)
 * @param work what it does
 * @param shape its sizes
 */
public record LayerCase(String cell, Work work, Shape shape) {

    /** All cases of some cells: single steps for the grid's shapes of one step, the rest for the others. */
    static List<LayerCase> grid(List<String> cells, List<Work> works) {
        List<LayerCase> cases = new ArrayList<>();
        for (String cell : cells) {
            for (Shape shape : Shape.GRID) {
                for (Work work : works) {
                    if (shape.single() == (work == Work.STEP)) {
                        cases.add(new LayerCase(cell, work, shape));
                    }
                }
            }
        }
        return cases;
    }

    /** The cell itself. */
    public Cell theCell() {
        return Cells.of(cell);
    }

    /** k, how many gates it has. */
    public int gates() {
        return theCell().gates();
    }

    /** How many floating-point operations its products are. */
    public double operations() {
        double forward = 2.0
                * shape.steps()
                * shape.batchSize()
                * gates()
                * shape.hiddenSize()
                * (shape.inputSize() + shape.hiddenSize());
        return work == Work.TRAIN ? 3 * forward : forward;
    }

    /** The same on another shape. */
    LayerCase withShape(Shape other) {
        return new LayerCase(cell, work, other);
    }

    @Override
    public String toString() {
        return cell + " " + work.name().toLowerCase(Locale.ROOT) + " " + shape;
    }
}
