package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.layer.AttentionPass;
import dev.carousel.layer.AttentionWeights;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.List;
import java.util.Optional;

/** The weights of an {@link EncoderDecoder}: those of its networks, each as if it were alone, and of its attention. */
final class EncoderDecoderWeights implements LayerWeights {

    /** One of the networks: its layers' weights, and the noise that they drop by. */
    private static final class Part {

        private final int number;
        private final Network network;
        private final List<LayerWeights> weights;
        private final Noise noise = new Noise();

        Part(int number, NetworkSpec spec, Parameters parameters, Kernels kernels, boolean backward) {
            this.number = number;
            this.network = Network.within(spec, parameters, kernels);
            this.weights = network.weights(backward);
        }

        void begin(Noise whole) {
            if (whole.on()) {
                noise.begin(whole.seedOf(number), 0);
            }
            Noise ofPart = whole.on() ? noise : Noise.OFF;
            weights.forEach(layer -> layer.begin(ofPart));
        }

        NetworkPass pass(Team team, boolean trains) {
            return new NetworkPass(network, weights, List.of(), team, trains);
        }
    }

    static final int ENCODER = 0;
    static final int DECODER = 1;
    static final int HEAD = 2;

    private final EncoderDecoder spec;
    private final List<Part> parts;
    private final Optional<AttentionWeights> attention;
    private final boolean backward;

    EncoderDecoderWeights(EncoderDecoder spec, Parameters parameters, Kernels kernels, boolean backward) {
        this.spec = spec;
        this.backward = backward;
        parts = List.of(
                new Part(ENCODER, spec.encoder(), parameters.part(EncoderDecoder.ENCODER), kernels, backward),
                new Part(DECODER, spec.decoder(), parameters.part(EncoderDecoder.DECODER), kernels, backward),
                new Part(HEAD, spec.head(), parameters.part(EncoderDecoder.HEAD), kernels, backward));
        attention = spec.attention().attends()
                ? Optional.of(new AttentionWeights(spec, parameters, kernels, backward))
                : Optional.empty();
    }

    @Override
    public void begin(Noise noise) {
        parts.forEach(part -> part.begin(noise));
    }

    @Override
    public void packForward(Parameters parameters, int part, int all) {
        for (Part network : parts) {
            for (LayerWeights layer : network.weights) {
                layer.packForward(parameters, part, all);
            }
        }
        if (attention.isPresent()) {
            attention.get().packForward(parameters, part, all);
        }
    }

    @Override
    public void packBackward(Parameters parameters, int part, int all) {
        for (Part network : parts) {
            for (LayerWeights layer : network.weights) {
                layer.packBackward(parameters, part, all);
            }
        }
        if (attention.isPresent()) {
            attention.get().packBackward(parameters, part, all);
        }
    }

    @Override
    public EncoderDecoderPass pass(Kernels kernels, Team team) {
        return new EncoderDecoderPass(this, kernels, team);
    }

    EncoderDecoder spec() {
        return spec;
    }

    /** One of the networks at work. */
    NetworkPass network(int part, Team team) {
        return parts.get(part).pass(team, backward);
    }

    /** The attention at work, if there is any. */
    Optional<AttentionPass> attention(Kernels kernels, Team team) {
        return attention.map(weights -> weights.pass(kernels, team));
    }
}
