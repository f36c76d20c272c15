package dev.carousel.reference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Layers one after the other: each reads what the one before has written.
 *
 * <pre>{@code
 * y = last(... second(first(x)))
 * }</pre>
 *
 * <p>Weights and states keep their names, so no two layers may share any; {@link Renamed} sees to that.
 */
final class Chain implements LayerReference {

    private final String name;
    private final List<LayerReference> layers;

    /**
     * A chain of at least one layer.
     *
     * @throws IllegalArgumentException if there is no layer, or one does not read what the one before writes
     */
    Chain(String name, List<LayerReference> layers) {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("Chain: a network needs at least one layer.");
        }
        for (int k = 1; k < layers.size(); k++) {
            if (layers.get(k).inputSize() != layers.get(k - 1).outputSize()) {
                throw new IllegalArgumentException(
                        "Chain: layer " + k + " (" + layers.get(k).name() + ") reads vectors of "
                                + layers.get(k).inputSize() + " but the layer before writes "
                                + layers.get(k - 1).outputSize() + ". Is the layer before bidirectional?");
            }
        }
        this.name = name;
        this.layers = List.copyOf(layers);
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Deque<Run> runs = new ArrayDeque<>();
        Seq y = x;
        Mats last = Mats.empty();
        for (LayerReference layer : layers) {
            Run run = layer.forward(y, initial.only(layer.zeroState(0).names()));
            runs.push(run);
            y = run.y();
            last = last.and(run.last());
        }
        return new Run(y, last, (dY, dLast) -> backward(runs, dY, dLast));
    }

    private Gradients backward(Deque<Run> latestFirst, Seq dY, Mats dLast) {
        Seq d = dY;
        Mats dInitial = Mats.empty();
        Mats dWeights = Mats.empty();
        for (Run run : latestFirst) {
            Gradients gradients = run.backward(d, dLast.only(run.last().names()));
            d = gradients.dX();
            dInitial = gradients.dInitial().and(dInitial);
            dWeights = gradients.dWeights().and(dWeights);
        }
        return new Gradients(d, dInitial, dWeights);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Mats weights() {
        return layers.stream().map(LayerReference::weights).reduce(Mats.empty(), Mats::and);
    }

    @Override
    public int inputSize() {
        return layers.get(0).inputSize();
    }

    @Override
    public int outputSize() {
        return layers.get(layers.size() - 1).outputSize();
    }

    @Override
    public Mats zeroState(int N) {
        return layers.stream().map(layer -> layer.zeroState(N)).reduce(Mats.empty(), Mats::and);
    }

    @Override
    public Mats reachable(Mats state) {
        return layers.stream()
                .map(layer -> layer.reachable(state.only(layer.zeroState(0).names())))
                .reduce(Mats.empty(), Mats::and);
    }
}
