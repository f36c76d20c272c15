package dev.carousel.reference;

import dev.carousel.cell.Cells;
import dev.carousel.check.EngineLayer;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.Map;

/** The engine repeats the golden numbers of single passes in float32. */
class GoldenEngineTest extends GoldenSteps {

    private static final Map<String, String> SYMBOLS = Map.of(
            "rnn.weight_ih_l0", "W",
            "rnn.weight_hh_l0", "R",
            "rnn.bias_ih_l0", "bW",
            "rnn.bias_hh_l0", "bR");

    @Override
    LayerReference layer(String kind, int inputSize, int hiddenSize, Mats weights) {
        NetworkSpec spec = NetworkSpec.of(LayerSpec.Recurrent.of(Cells.of(kind), inputSize, hiddenSize));
        Parameters parameters = spec.zeroParameters();
        SYMBOLS.forEach((name, symbol) -> {
            double[] values = weights.get(symbol).values();
            float[] floats = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                floats[i] = (float) values[i];
            }
            parameters.set(name, floats);
        });
        EngineLayer engine = new EngineLayer(Network.of(spec, parameters, Kernels.scalar()), Team.single());
        return new Renamed(engine, SYMBOLS::get, state -> state.substring(0, 1));
    }

    @Override
    double tolerance() {
        return 1e-5;
    }
}
