package dev.carousel.reference;

import dev.carousel.reference.cell.ReferenceCells;

/** The reference repeats the golden numbers of the newer cells in double precision. */
class GoldenCellsTest extends GoldenCells {

    @Override
    LayerReference layer(String kind, int inputSize, int hiddenSize, Mats weights) {
        return new CellLayer(ReferenceCells.of(kind), inputSize, hiddenSize, false, weights);
    }

    @Override
    double tolerance() {
        return 1e-10;
    }

    @Override
    double gradientTolerance() {
        return 1e-10;
    }
}
