package dev.carousel.reference;

/**
 * A layer of which only the last output is kept: the state's part {@code h} after each sequence's last step, as a batch of one
 * step.
 *
 * <pre>{@code
 * y(0) = h(last)          dLast in h = dLast in h + dY(0)
 * }</pre>
 *
 * <p>Of a layer in reverse it is h after its own last step, the sequence's first. A sequence of no step gives the initial h.
 */
final class LastOutput implements LayerAround {

    private final LayerReference layer;

    /** The layer, whose state has a part {@code h}, with its last output alone. */
    LastOutput(LayerReference layer) {
        this.layer = layer;
    }

    @Override
    public LayerReference inner() {
        return layer;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        Run run = layer.forward(x, initial);
        Mat h = run.last().get("h");
        Seq y = Seq.over(1, h.rows(), h.columns(), h.values().clone());
        return new Run(y, run.last(), (dY, dLast) -> {
            Seq none = Seq.zerosLike(x, outputSize());
            return run.backward(none, dLast.with("h", dLast.get("h").plus(dY.step(0))));
        });
    }

    @Override
    public String name() {
        return layer.name() + ", last output";
    }
}
