package dev.carousel.data.pairs;

import dev.carousel.kernel.Activation;
import dev.carousel.spec.Attention;
import dev.carousel.spec.Direction;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.RecurrentArchitecture;
import java.util.List;

/**
 * The usual network for pairs, described by few choices. An immutable value.
 *
 * <pre>{@code
 * encoder   ids -> recurrent layers, of H units, or H/2 in each of two directions
 * decoder   ids -> recurrent layers of H units
 * head      tanh(W [c h] + b), H units, then a score for each unit of the outputs
 * }</pre>
 *
 * @param recurrent the recurrent layers, of H units; the direction is the encoder's
 * @param embedding size of the learned vector of each id; 0 for one-hot ids
 * @param attention how the decoder looks at the input
 */
public record PairArchitecture(RecurrentArchitecture recurrent, int embedding, Attention attention) {

    /** One layer of a cell for each side that reads the input in both directions; H must be even. */
    public static PairArchitecture of(RecurrentArchitecture recurrent) {
        return new PairArchitecture(recurrent.withDirection(Direction.BOTH), 0, Attention.general());
    }

    /**
     * The network for some texts.
     *
     * @throws IllegalArgumentException if both directions are read and H is odd
     */
    public EncoderDecoder network(PairSpec spec) {
        int H = recurrent.hiddenSize();
        boolean both = recurrent.direction() == Direction.BOTH;
        if (both && H % 2 == 1) {
            throw new IllegalArgumentException(
                    "PairArchitecture: H is " + H + ", of which each direction has half; it must be even.");
        }
        RecurrentArchitecture decoder = recurrent.withDirection(Direction.FORWARD);
        RecurrentArchitecture encoder =
                (both ? withHidden(decoder, H / 2) : decoder).withDirection(recurrent.direction());
        int reads = attention.attends() ? 2 * H : H;
        return new EncoderDecoder(
                reader(encoder, spec.inputs().units().size()),
                reader(decoder, spec.outputs().size()),
                attention,
                NetworkSpec.of(
                        new LayerSpec.Dense("mix", reads, H),
                        new Parameterless.Elementwise(H, Activation.of(Activation.Kind.TANH)),
                        LayerSpec.Dense.head(H, spec.outputs().size())));
    }

    private static RecurrentArchitecture withHidden(RecurrentArchitecture of, int hidden) {
        return RecurrentArchitecture.of(of.cell(), hidden)
                .withLayers(of.layers())
                .withDropout(of.dropout())
                .withRegularisation(of.regularisation())
                .withLayerNorm(of.layerNorm())
                .withResidual(of.residual());
    }

    /** The recurrent layers behind ids, without a head. */
    private NetworkSpec reader(RecurrentArchitecture layers, int ids) {
        LayerSpec first =
                embedding == 0 ? new LayerSpec.OneHot(ids) : new LayerSpec.Embedding("embedding", ids, embedding);
        List<LayerSpec> all =
                layers.network(List.of(first), first.outputSize(), 1).layers();
        return new NetworkSpec(all.subList(0, all.size() - 1));
    }
}
