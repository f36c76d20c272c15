package dev.carousel.reference;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A layer under other names of its weights and states, which is all that changes: {@code W} becomes
 * {@code weight_ih_l0}, {@code h} becomes {@code h_l0}.
 */
final class Renamed implements LayerAround {

    private final LayerReference layer;
    private final Map<String, String> innerStates = new LinkedHashMap<>();
    private final UnaryOperator<String> weightName;
    private final UnaryOperator<String> stateName;

    /** The layer with each weight and each state called by what the functions make of its name. */
    Renamed(LayerReference layer, UnaryOperator<String> weightName, UnaryOperator<String> stateName) {
        this.layer = layer;
        this.weightName = weightName;
        this.stateName = stateName;
        layer.zeroState(0).names().forEach(name -> innerStates.put(stateName.apply(name), name));
    }

    @Override
    public LayerReference inner() {
        return layer;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Run run = layer.forward(x, innerNames(initial));
        return new Run(run.y(), outerNames(run.last()), (dY, dLast) -> {
            Gradients d = run.backward(dY, innerNames(dLast));
            return new Gradients(d.dX(), outerNames(d.dInitial()), d.dWeights().renamed(weightName));
        });
    }

    @Override
    public Mats weights() {
        return layer.weights().renamed(weightName);
    }

    @Override
    public Mats zeroState(int N) {
        return outerNames(layer.zeroState(N));
    }

    @Override
    public Mats reachable(Mats state) {
        return outerNames(layer.reachable(innerNames(state)));
    }

    private Mats outerNames(Mats state) {
        return state.renamed(stateName);
    }

    private Mats innerNames(Mats state) {
        return state.only(innerStates.keySet()).renamed(innerStates::get);
    }
}
