package dev.carousel.reference.sequence;

import dev.carousel.reference.LayerReference;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import java.util.Optional;

/**
 * An encoder and a decoder with attention between them in double precision, put together from references of layers.
 *
 * <pre>{@code
 * e, last = encoder(x, 0)        first = last, of two directions side by side        h, _ = decoder(y, first)
 * c = attention(h, e)            scores = head([c h]), without attention head(h)
 *
 * [dc dh] from the head          dh += , de from the attention            dfirst from the decoder, dlast its parts
 * }</pre>
 *
 * <p>The decoder reads what should have been written before, from its begin on. States are matched by name: the decoder's {@code
 * h_l0} begins as the encoder's {@code h_l0} and, where it has one, {@code h_l0_reverse} next to it.
 *
 * @param encoder x [S, N, D] to e [S, N, E]
 * @param decoder y [T, N, D'] to h [T, N, H]
 * @param attention none if empty
 * @param head without a state
 */
public record EncoderDecoderReference(
        LayerReference encoder, LayerReference decoder, Optional<AttentionReference> attention, LayerReference head) {

    private static final String REVERSE = "_reverse";

    /** Scores for every step of y, and the way back. */
    public final class Run {

        private final LayerReference.Run encoded;
        private final LayerReference.Run decoded;
        private final Optional<AttentionReference.Run> attended;
        private final LayerReference.Run scored;

        private Run(Seq x, Seq y) {
            encoded = encoder.forward(x, encoder.zeroState(x.batchSize()));
            decoded = decoder.forward(y, first(encoded.last()));
            attended = attention.map(each -> each.attend(decoded.y(), encoded.y()));
            Seq read = attended.map(each -> each.c().beside(decoded.y())).orElse(decoded.y());
            scored = head.forward(read, Mats.empty());
        }

        /** Scores [T, N, V]. */
        public Seq scores() {
            return scored.y();
        }

        /** The attention's part, if there is attention. */
        public Optional<AttentionReference.Run> attended() {
            return attended;
        }

        /** All gradients, for that of the scores. */
        public Gradients backward(Seq dScores) {
            LayerReference.Gradients ofHead = scored.backward(dScores, Mats.empty());
            int E = attended.isPresent() ? encoder.outputSize() : 0;
            Seq dH = ofHead.dX().part(E, E + decoder.outputSize());
            Seq dE = Seq.zerosLike(encoded.y(), encoder.outputSize());
            Mats dAttention = Mats.empty();
            if (attended.isPresent()) {
                AttentionReference.Gradients of =
                        attended.get().backward(ofHead.dX().part(0, E));
                dH = dH.plus(of.dH());
                dE = of.dE();
                dAttention = of.dWeights();
            }
            LayerReference.Gradients ofDecoder =
                    decoded.backward(dH, decoded.last().zerosLike());
            LayerReference.Gradients ofEncoder = encoded.backward(dE, last(ofDecoder.dInitial(), encoded.last()));
            return new Gradients(
                    ofEncoder.dX(),
                    ofDecoder.dX(),
                    ofEncoder.dWeights(),
                    ofDecoder.dWeights(),
                    dAttention,
                    ofHead.dWeights());
        }
    }

    /** The gradients of a run: in what is read on both sides, and in the weights of each part under their names there. */
    public record Gradients(Seq dX, Seq dY, Mats encoder, Mats decoder, Mats attention, Mats head) {}

    /**
     * Scores of what to write at each step.
     *
     * @param x the input [S, N, D]
     * @param y what the decoder reads [T, N, D']
     */
    public Run run(Seq x, Seq y) {
        return new Run(x, y);
    }

    /** What the decoder begins from. */
    private static Mats first(Mats last) {
        Mats first = Mats.empty();
        for (String name : last.names()) {
            if (!name.endsWith(REVERSE)) {
                Mat forward = last.get(name);
                boolean both = last.names().contains(name + REVERSE);
                first = first.with(name, both ? Mat.beside(forward, last.get(name + REVERSE)) : forward);
            }
        }
        return first;
    }

    /** The gradient of what the encoder ended with. */
    private static Mats last(Mats dFirst, Mats last) {
        Mats dLast = Mats.empty();
        for (String name : last.names()) {
            boolean reverse = name.endsWith(REVERSE);
            String whole = reverse ? name.substring(0, name.length() - REVERSE.length()) : name;
            boolean both = reverse || last.names().contains(name + REVERSE);
            Mat d = dFirst.get(whole);
            dLast = dLast.with(name, both ? d.columnBlock(reverse ? 1 : 0, 2) : d);
        }
        return dLast;
    }
}
