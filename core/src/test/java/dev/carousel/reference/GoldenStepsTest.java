package dev.carousel.reference;

import java.util.Map;

/** The reference repeats the golden numbers of single passes in double precision. */
class GoldenStepsTest extends GoldenSteps {

    private static final Map<String, CellReference> CELLS = Map.of(
            "lstm", new LstmReference(true),
            "gru", new GruReference(GruReference.Reset.AFTER_PRODUCT),
            "rnn", new RnnReference(RnnReference.Nonlinearity.TANH));

    @Override
    LayerReference layer(String kind, int inputSize, int hiddenSize, Mats weights) {
        return new CellLayer(CELLS.get(kind), inputSize, hiddenSize, false, weights);
    }

    @Override
    double tolerance() {
        return 1e-12;
    }
}
