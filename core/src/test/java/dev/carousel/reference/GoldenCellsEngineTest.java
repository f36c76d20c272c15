package dev.carousel.reference;

import dev.carousel.cell.Cells;
import dev.carousel.check.EngineLayer;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.reference.CellReference.WeightSpec;
import dev.carousel.reference.cell.ReferenceCells;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.HashMap;
import java.util.Map;

/** The engine repeats the golden numbers of the newer cells in float32. */
class GoldenCellsEngineTest extends GoldenCells {

    @Override
    LayerReference layer(String kind, int inputSize, int hiddenSize, Mats weights) {
        NetworkSpec spec = NetworkSpec.of(LayerSpec.Recurrent.of(Cells.of(kind), inputSize, hiddenSize));
        Parameters parameters = spec.zeroParameters();
        Map<String, String> symbols = new HashMap<>();
        for (WeightSpec weight : ReferenceCells.of(kind).weights(inputSize, hiddenSize)) {
            String name = "rnn." + weight.fileName() + "_l0";
            double[] values = weights.get(weight.symbol()).values();
            float[] floats = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                floats[i] = (float) values[i];
            }
            parameters.set(name, floats);
            symbols.put(name, weight.symbol());
        }
        EngineLayer engine = new EngineLayer(Network.of(spec, parameters, Kernels.best()), Team.single());
        return new Renamed(engine, symbols::get, state -> state.substring(0, 1));
    }

    @Override
    double tolerance() {
        return 1e-5;
    }

    @Override
    double gradientTolerance() {
        return 1e-4;
    }
}
