package dev.carousel.cli.command;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
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
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.Residual;
import dev.carousel.spec.TiedDense;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Networks and their layers in words. */
public final class NetworkSummary implements LayerVisitor<String> {

    private NetworkSummary() {}

    /** A network in one line: {@code one-hot 65, 2 x LSTM 65 -> 128, dense 128 -> 65}. */
    public static String network(NetworkSpec spec) {
        return spec.layers().stream().map(NetworkSummary::layer).collect(Collectors.joining(", "));
    }

    /** A layer: {@code 2 x LSTM 65 -> 128}. */
    public static String layer(LayerSpec layer) {
        return layer.accept(new NetworkSummary());
    }

    private static String sizes(LayerSpec layer) {
        return layer.inputSize() + " -> " + layer.outputSize();
    }

    @Override
    public String oneHot(LayerSpec.OneHot layer) {
        return "one-hot " + layer.inputSize();
    }

    @Override
    public String embedding(LayerSpec.Embedding layer) {
        return "embedding " + sizes(layer);
    }

    @Override
    public String columnEmbedding(ColumnEmbedding layer) {
        return layer.columns().stream()
                .map(column -> column.name() + " " + column.vocabularySize() + " -> " + column.outputSize())
                .collect(Collectors.joining(", ", "embedding " + sizes(layer) + " (", ")"));
    }

    @Override
    public String recurrent(LayerSpec.Recurrent layer) {
        StringBuilder text = new StringBuilder();
        if (layer.layers() > 1) {
            text.append(layer.layers()).append(" x ");
        }
        text.append(layer.cell().kind().toUpperCase(Locale.ROOT)).append(' ').append(sizes(layer));
        text.append(
                switch (layer.direction()) {
                    case FORWARD -> "";
                    case BACKWARD -> " backward";
                    case BOTH -> " in both directions";
                });
        if (layer.merge() != Merge.CONCATENATE) {
            text.append(", ").append(layer.merge().name().toLowerCase(Locale.ROOT));
        }
        if (layer.projectionSize() > 0) {
            text.append(", ").append(layer.hiddenSize()).append(" units projected");
        }
        text.append(layer.bias() ? "" : ", no bias");
        text.append(layer.lastOnly() ? ", last output only" : "");
        // It acts between layers, so one layer has none.
        if (layer.dropout() > 0 && layer.layers() > 1) {
            text.append(", dropout ").append(layer.dropout());
        }
        addNoise(text, layer.regularisation());
        if (layer.residual() != Residual.NONE) {
            text.append(layer.residual() == Residual.ALL ? ", residual" : ", residual beyond the first");
        }
        Cell usual = Cells.of(layer.cell().kind());
        if (!layer.cell().equals(usual)) {
            text.append(", ").append(new TreeMap<>(layer.cell().variant()));
        }
        return text.toString();
    }

    @Override
    public String dense(LayerSpec.Dense layer) {
        return "dense " + sizes(layer);
    }

    @Override
    public String tiedDense(TiedDense layer) {
        return "dense " + sizes(layer) + " tied to the embedding";
    }

    @Override
    public String adaptiveSoftmax(AdaptiveSoftmax layer) {
        return "adaptive softmax " + sizes(layer) + ", cut at "
                + layer.cutoffs().stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    @Override
    public String layerNorm(LayerNorm layer) {
        return "layer norm";
    }

    @Override
    public String elementwiseAffine(ElementwiseAffine layer) {
        return "affine";
    }

    @Override
    public String crfScores(CrfScores layer) {
        return "CRF of " + layer.tags() + " tags";
    }

    @Override
    public String elementwise(Parameterless.Elementwise layer) {
        return layer.activation().text().toLowerCase(Locale.ROOT);
    }

    @Override
    public String softmax(Parameterless.Softmax layer) {
        return "softmax";
    }

    @Override
    public String logSoftmax(Parameterless.LogSoftmax layer) {
        return "logsoftmax";
    }

    @Override
    public String drop(Parameterless.Drop layer) {
        return "dropout " + layer.share() + (layer.sameAtEveryStep() ? " at all steps alike" : "");
    }

    @Override
    public String dropWords(Parameterless.DropWords layer) {
        return "dropout of words " + layer.share();
    }

    @Override
    public String activityPenalty(Parameterless.ActivityPenalty layer) {
        return Stream.of(
                        layer.activation() > 0 ? "penalty " + layer.activation() + " on activations" : "",
                        layer.temporal() > 0 ? "penalty " + layer.temporal() + " on changes" : "")
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    @Override
    public String mean(Parameterless.Mean layer) {
        return "mean over steps";
    }

    @Override
    public String max(Parameterless.Max layer) {
        return "max over steps" + (layer.paddingCounts() ? " and padding" : "");
    }

    @Override
    public String repeat(Parameterless.Repeat layer) {
        return "repeat " + layer.steps() + " steps";
    }

    @Override
    public String reshape(Reshape layer) {
        return "reshape " + layer.inputSteps() + " x " + layer.inputSize() + " to " + layer.steps() + " x "
                + layer.outputSize();
    }

    @Override
    public String masking(Parameterless.Masking layer) {
        return "masking";
    }

    @Override
    public String encoderDecoder(EncoderDecoder layer) {
        return "encoder (" + network(layer.encoder()) + "), decoder (" + network(layer.decoder()) + "), "
                + layer.attention() + ", head (" + network(layer.head()) + ")";
    }

    private static void addNoise(StringBuilder text, Regularisation noise) {
        text.append(noise.sameAtEveryStep() ? " at all steps alike" : "");
        if (noise.recurrentDropout() > 0) {
            text.append(", recurrent dropout ").append(noise.recurrentDropout());
        }
        if (noise.weightDropout() > 0) {
            text.append(", weight dropout ").append(noise.weightDropout());
        }
        if (noise.zoneout()) {
            text.append(", zoneout ").append(noise.zoneoutHidden());
            text.append(noise.zoneoutCell() > 0 ? " and " + noise.zoneoutCell() + " of c" : "");
        }
    }
}
