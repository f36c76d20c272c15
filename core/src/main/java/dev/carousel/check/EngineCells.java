package dev.carousel.check;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.GruReference;
import dev.carousel.reference.LstmReference;
import dev.carousel.reference.RnnReference;

/** Which cell of the reference is the yardstick for which cell of the engine. */
final class EngineCells {

    private EngineCells() {}

    /**
     * The reference of an engine's cell.
     *
     * @throws IllegalArgumentException if it has none: a new cell needs its line here
     */
    static CellReference referenceOf(Cell cell) {
        if (cell instanceof Lstm lstm) {
            return new LstmReference(lstm.outputTanh());
        } else if (cell instanceof Gru gru) {
            return new GruReference(GruReference.Reset.valueOf(gru.resetGate().name()));
        } else if (cell instanceof Rnn rnn) {
            return new RnnReference(
                    RnnReference.Nonlinearity.valueOf(rnn.nonlinearity().name()));
        }
        throw new IllegalArgumentException("The cell " + cell + " has no reference to be judged by.");
    }
}
