package dev.carousel.layer;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.PackedMatrix;
import dev.carousel.kernel.Team;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The weights of the attention of an {@link EncoderDecoder} in the order in which the kernels read them. */
public final class AttentionWeights {

    private static final String SCORE = EncoderDecoder.ATTENTION + "score.weight";

    private final EncoderDecoder spec;

    /** Q, where there is one. */
    private final Optional<StatelessWeights> query;

    /** K, where there is one. */
    private final Optional<StatelessWeights> key;

    /** v, where there is one. */
    private final Optional<Slice> score;

    private final float[] v;
    private final PackedMatrix packedV;

    /**
     * Of one network.
     *
     * @param layout the parameters of the whole
     * @param backward whether there will be backward passes
     */
    public AttentionWeights(EncoderDecoder spec, Parameters layout, Kernels kernels, boolean backward) {
        this.spec = spec;
        StatelessLayers layers = new StatelessLayers(layout.part(EncoderDecoder.ATTENTION), kernels, backward);
        List<LayerSpec.Dense> projections = spec.projections();
        query = named(projections, "query").map(layers::of);
        key = named(projections, "key").map(layers::of);
        score = layout.has(SCORE) ? Optional.of(layout.slice(SCORE)) : Optional.empty();
        v = new float[spec.attention().size()];
        packedV = kernels.products().packed(v.length, score.isPresent() ? 1 : 0);
    }

    private static Optional<LayerSpec.Dense> named(List<LayerSpec.Dense> projections, String name) {
        return projections.stream()
                .filter(projection -> projection.name().equals(name))
                .findFirst();
    }

    /** Copies one thread's part of the weights from the parameters of the whole, for forward passes. */
    public void packForward(Parameters parameters, int part, int parts) {
        projections().forEach(weights -> weights.packForward(parameters, part, parts));
        if (part == 0 && score.isPresent()) {
            System.arraycopy(parameters.values(), score.get().offset(), v, 0, v.length);
            packedV.fillTransposed(0, 1, v, 0);
        }
    }

    /** Copies one thread's part of the weights from the parameters of the whole, for backward passes. */
    public void packBackward(Parameters parameters, int part, int parts) {
        projections().forEach(weights -> weights.packBackward(parameters, part, parts));
    }

    private Stream<StatelessWeights> projections() {
        return Stream.concat(query.stream(), key.stream());
    }

    /** The attention at work on these weights. */
    public AttentionPass pass(Kernels kernels, Team team) {
        return new AttentionPass(
                this,
                query.map(weights -> weights.pass(kernels, team)),
                key.map(weights -> weights.pass(kernels, team)),
                kernels,
                team);
    }

    EncoderDecoder spec() {
        return spec;
    }

    /** v [A], where there is one. */
    float[] v() {
        return v;
    }

    /** v as a matrix [A, 1]. */
    PackedMatrix packedV() {
        return packedV;
    }

    /** Where the gradient of v is. */
    Optional<Slice> score() {
        return score;
    }
}
