package dev.carousel.reference;

import dev.carousel.reference.LayerReference.Gradients;
import dev.carousel.reference.LayerReference.Run;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A layer with an input and an initial state, seen as a {@link Differentiable}. */
final class LayerAtPoint implements Differentiable {

    private final LayerReference layer;
    private final Seq x;
    private final Mats initial;
    private Optional<Run> latest = Optional.empty();

    LayerAtPoint(LayerReference layer, Seq x, Mats initial) {
        this.layer = layer;
        this.x = x;
        this.initial = initial;
    }

    @Override
    public String name() {
        return layer.name();
    }

    @Override
    public Map<String, double[]> inputs() {
        return named(layer.weights(), "x", x.values(), "0", initial);
    }

    @Override
    public Map<String, double[]> forward() {
        Run run = layer.forward(x, initial);
        latest = Optional.of(run);
        return named(Mats.empty(), "y", run.y().values(), "n", run.last());
    }

    @Override
    public Map<String, double[]> backward(Map<String, double[]> outputGradients) {
        Run run = latest.orElseThrow(
                () -> new IllegalStateException(name() + ": backward() before any forward(); call forward() first."));
        Seq y = run.y();
        Seq dY = Seq.over(y.steps(), y.batchSize(), y.size(), Differentiable.array(outputGradients, "y"), y.lengths());
        Mats dLast = Mats.empty();
        for (String part : run.last().names()) {
            Mat state = run.last().get(part);
            double[] d = Differentiable.array(outputGradients, Differentiable.stateName(part, "n"));
            dLast = dLast.with(part, Mat.over(state.rows(), state.columns(), d));
        }
        Gradients d = run.backward(dY, dLast);
        return named(d.dWeights(), "x", d.dX().values(), "0", d.dInitial());
    }

    private static Map<String, double[]> named(Mats weights, String seq, double[] values, String time, Mats state) {
        Map<String, double[]> arrays = new LinkedHashMap<>(Differentiable.arrays(weights));
        arrays.put(seq, values);
        arrays.putAll(Differentiable.arrays(state.renamed(part -> Differentiable.stateName(part, time))));
        return arrays;
    }
}
