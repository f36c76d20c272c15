package dev.carousel.reference;

import java.util.Set;
import java.util.stream.Collectors;

/** A layer some of whose weights are not learned: they keep their values, and have no name and no gradient here. */
final class Fixed implements LayerAround {

    private final LayerReference layer;
    private final Set<String> learned;

    /** The layer without the weights of these names. */
    Fixed(LayerReference layer, Set<String> names) {
        this.layer = layer;
        this.learned = layer.weights().names().stream()
                .filter(name -> !names.contains(name))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public LayerReference inner() {
        return layer;
    }

    private Mats learned(Mats weights) {
        return weights.only(weights.names().stream().filter(learned::contains).toList());
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Run run = layer.forward(x, initial);
        return new Run(run.y(), run.last(), (dY, dLast) -> {
            Gradients d = run.backward(dY, dLast);
            return new Gradients(d.dX(), d.dInitial(), learned(d.dWeights()));
        });
    }

    @Override
    public Mats weights() {
        return learned(layer.weights());
    }
}
