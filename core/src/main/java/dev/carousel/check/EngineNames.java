package dev.carousel.check;

import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerVisitor;
import dev.carousel.spec.Merge;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.Residual;
import dev.carousel.spec.TiedDense;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a report calls networks of the engine, their layers and their states. */
final class EngineNames implements LayerVisitor<String> {

    private EngineNames() {}

    /** A network: {@code LSTM x 2, both directions, dense}. */
    static String of(NetworkSpec spec) {
        EngineNames each = new EngineNames();
        return spec.layers().stream().map(layer -> layer.accept(each)).collect(Collectors.joining(", "));
    }

    /** The ends of the names of a network's states, in the order of the parts of its {@code State}. */
    static List<String> ofStates(NetworkSpec spec) {
        List<String> names = new ArrayList<>();
        for (LayerSpec.Recurrent stack : spec.stacks()) {
            for (int k = 0; k < stack.layers(); k++) {
                for (int direction = 0; direction < stack.directions(); direction++) {
                    names.add("_l" + k + (direction == 1 ? "_reverse" : "") + ofStack(spec, stack));
                }
            }
        }
        return names;
    }

    /** Tells apart the states of several stacks; where there is one it needs no name. */
    static String ofStack(NetworkSpec spec, LayerSpec.Recurrent stack) {
        return spec.stacks().size() > 1 ? "_" + stack.name() : "";
    }

    @Override
    public String oneHot(LayerSpec.OneHot layer) {
        return "one-hot";
    }

    @Override
    public String embedding(LayerSpec.Embedding layer) {
        return "embedding";
    }

    @Override
    public String columnEmbedding(ColumnEmbedding layer) {
        return "embedding of columns";
    }

    @Override
    public String recurrent(LayerSpec.Recurrent layer) {
        String direction = switch (layer.direction()) {
            case FORWARD -> "";
            case BACKWARD -> ", backward";
            case BOTH -> ", both directions";
        };
        return (EngineCells.isOurs(layer.cell())
                        ? EngineCells.referenceOf(layer.cell(), layer.projectionSize())
                                .name()
                        : layer.cell().kind())
                + (layer.layers() > 1 ? " x " + layer.layers() : "")
                + direction
                + (layer.merge() == Merge.CONCATENATE
                        ? ""
                        : ", " + layer.merge().name().toLowerCase(Locale.ROOT))
                + (layer.bias() ? "" : ", without bias")
                + (layer.lastOnly() ? ", last output" : "")
                + (layer.residual() == Residual.NONE ? "" : ", residual")
                + (layer.regularisation().zoneout() ? ", zoneout" : "");
    }

    @Override
    public String dense(LayerSpec.Dense layer) {
        return layer.bias() ? "dense" : "dense without bias";
    }

    @Override
    public String tiedDense(TiedDense layer) {
        return "dense tied to the embedding";
    }

    @Override
    public String adaptiveSoftmax(AdaptiveSoftmax layer) {
        return "adaptive softmax";
    }

    @Override
    public String layerNorm(LayerNorm layer) {
        return "layer normalisation";
    }

    @Override
    public String elementwiseAffine(ElementwiseAffine layer) {
        return "affine map of each number";
    }

    @Override
    public String crfScores(CrfScores layer) {
        return "scores of a CRF";
    }

    @Override
    public String elementwise(Parameterless.Elementwise layer) {
        return EngineCells.referenceOf(layer.activation()).toString();
    }

    @Override
    public String softmax(Parameterless.Softmax layer) {
        return "softmax";
    }

    @Override
    public String logSoftmax(Parameterless.LogSoftmax layer) {
        return "log softmax";
    }

    @Override
    public String drop(Parameterless.Drop layer) {
        return "dropout";
    }

    @Override
    public String dropWords(Parameterless.DropWords layer) {
        return "dropout of words";
    }

    @Override
    public String activityPenalty(Parameterless.ActivityPenalty layer) {
        return "activity penalty";
    }

    @Override
    public String mean(Parameterless.Mean layer) {
        return "mean over steps";
    }

    @Override
    public String max(Parameterless.Max layer) {
        return layer.paddingCounts() ? "maximum over steps and padding" : "maximum over steps";
    }

    @Override
    public String repeat(Parameterless.Repeat layer) {
        return "repeated for " + layer.steps() + " steps";
    }

    @Override
    public String reshape(Reshape layer) {
        return "reshape to " + layer.steps() + " x " + layer.outputSize();
    }

    @Override
    public String masking(Parameterless.Masking layer) {
        return "masking";
    }

    @Override
    public String encoderDecoder(EncoderDecoder layer) {
        return "encoder (" + of(layer.encoder()) + "), decoder (" + of(layer.decoder()) + "), " + layer.attention()
                + ", head (" + of(layer.head()) + ")";
    }
}
