package dev.carousel.reference;

/**
 * A layer that adds what it reads to what it gives.
 *
 * <pre>{@code
 * y = layer(x) + x
 * dX = dX of the layer + dY
 * }</pre>
 *
 * <p>Source: K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", CVPR 2016.
 */
final class ResidualLayer implements LayerAround {

    private final LayerReference layer;

    /**
     * The layer with a connection around it.
     *
     * @throws IllegalArgumentException if it reads another size than it gives
     */
    ResidualLayer(LayerReference layer) {
        if (layer.inputSize() != layer.outputSize()) {
            throw new IllegalArgumentException(
                    "ResidualLayer: " + layer.name() + " reads vectors of " + layer.inputSize() + " but writes "
                            + layer.outputSize() + "; both must be of one size to be added.");
        }
        this.layer = layer;
    }

    @Override
    public LayerReference inner() {
        return layer;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Run run = layer.forward(x, initial);
        Seq y = run.y().plus(valid(x));
        return new Run(y, run.last(), (dY, dLast) -> {
            Gradients d = run.backward(dY, dLast);
            return new Gradients(d.dX().plus(valid(dY)), d.dInitial(), d.dWeights());
        });
    }

    /** Without what stands in the padding. */
    private static Seq valid(Seq x) {
        Seq copy = Seq.zerosLike(x, x.size());
        for (int t = 0; t < x.steps(); t++) {
            copy.put(t, x.live(t), x.rows(t, x.live(t)));
        }
        return copy;
    }

    @Override
    public String name() {
        return layer.name() + ", residual";
    }
}
