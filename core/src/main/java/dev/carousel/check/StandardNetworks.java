package dev.carousel.check;

import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.kernel.Activation;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.Direction;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Merge;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.Residual;
import java.util.List;

/**
 * Small networks that have every option of a layer between them, alone and together. One reads rows that contain ids
 * ({@link ColumnEmbedding#drawIds}).
 */
public final class StandardNetworks {

    private static final Lstm EVERYTHING =
            Lstm.STANDARD.withPeepholes(true).withInputForget(true).withClip(1.5f);

    private StandardNetworks() {}

    /** The networks, each reading vectors of D numbers, at least 3. */
    public static List<NetworkSpec> all(int D, int H) {
        Recurrent lstm = Recurrent.lstm(D, H);
        Recurrent gru = Recurrent.gru(D, H);
        Recurrent rnn = Recurrent.rnn(D, H);
        return List.of(
                NetworkSpec.of(lstm.withProjectionSize(H - 1).withLayers(2)),
                NetworkSpec.of(lstm.withProjectionSize(2).withLayers(2).withBidirectional(true), Dense.head(4, 2)),
                NetworkSpec.of(lstm.withCell(EVERYTHING)
                        .withProjectionSize(2)
                        .withBidirectional(true)
                        .withMerge(Merge.PRODUCT)
                        .withBias(false)
                        .withLastOnly(true)),
                NetworkSpec.of(lstm.withBias(false).withLayers(2), new Dense("out", H, 2, false)),
                NetworkSpec.of(gru.withDirection(Direction.BACKWARD).withLayers(2)),
                NetworkSpec.of(gru.withBias(false).withBidirectional(true).withMerge(Merge.SUM)),
                NetworkSpec.of(gru.withCell(new Gru(Gru.ResetGate.BEFORE_PRODUCT))
                        .withBias(false)
                        .withDirection(Direction.BACKWARD)
                        .withLastOnly(true)),
                NetworkSpec.of(rnn.withBidirectional(true).withLayers(2).withMerge(Merge.AVERAGE)),
                NetworkSpec.of(rnn.withBidirectional(true).withLastOnly(true).withLayers(2), Dense.head(2 * H, 3)),
                NetworkSpec.of(
                        rnn.withCell(new Rnn(Activation.elu(1))).withBias(false),
                        new Parameterless.Drop(H, 0.5f),
                        new Parameterless.Elementwise(H, Activation.of(Activation.Kind.GELU_TANH)),
                        new Dense("between", H, 3),
                        new Parameterless.Softmax(3)),
                NetworkSpec.of(
                        new Parameterless.Masking(D, 0),
                        gru.withLastOnly(true),
                        new Dense("between", H, 4),
                        new Parameterless.LogSoftmax(4)),
                NetworkSpec.of(gru.withBidirectional(true), new Parameterless.Mean(2 * H), Dense.head(2 * H, 3)),
                NetworkSpec.of(gru.withBidirectional(true), new Parameterless.Max(2 * H), Dense.head(2 * H, 3)),
                NetworkSpec.of(rnn.withBidirectional(true), new Parameterless.Max(2 * H, true), Dense.head(2 * H, 3)),
                autoencoder(gru),
                NetworkSpec.of(
                        lstm.withLastOnly(true),
                        new Dense("wide", H, 6),
                        new Reshape(1, 6, 3, 2),
                        Recurrent.lstm(2, H).withName("decoder"),
                        new Reshape(3, H, 1, 3 * H),
                        new Dense("flat", 3 * H, 2)),
                NetworkSpec.of(new ElementwiseAffine("scale", D), gru, new ElementwiseAffine("out", H)),
                NetworkSpec.of(
                        lstm.withLayers(3)
                                .withDropout(0.3f)
                                .withResidual(Residual.BEYOND_FIRST)
                                .withRegularisation(new Regularisation(true, 0.25f, 0.5f, 0.2f, 0.4f)),
                        new Parameterless.Drop(H, 0.3f, true),
                        Dense.head(H, 2)),
                NetworkSpec.of(lstm.withCell(EVERYTHING)
                        .withProjectionSize(2)
                        .withLayers(2)
                        .withDirection(Direction.BACKWARD)
                        .withRegularisation(new Regularisation(false, 0.25f, 0.25f, 0.3f, 0.1f))),
                NetworkSpec.of(
                        new Dense("in", D, 2 * H),
                        Recurrent.gru(2 * H, H)
                                .withBidirectional(true)
                                .withLayers(2)
                                .withDropout(0.25f)
                                .withResidual(Residual.ALL)
                                .withRegularisation(Regularisation.NONE.withZoneout(0.25f, 0))),
                NetworkSpec.of(gru.withCell(new Gru(Gru.ResetGate.BEFORE_PRODUCT))
                        .withBidirectional(true)
                        .withMerge(Merge.SUM)
                        .withLastOnly(true)
                        .withRegularisation(new Regularisation(false, 0.3f, 0.2f, 0.1f, 0))),
                normalised(lstm),
                normalised(gru),
                normalised(rnn),
                NetworkSpec.of(rnn.withLayers(2).withRegularisation(Regularisation.NONE.withRecurrentDropout(0.4f))),
                NetworkSpec.of(ids(D), Recurrent.gru(ids(D).outputSize(), H), Dense.head(H, 2)),
                NetworkSpec.of(gru, Dense.head(H, 3), CrfScores.of(3)),
                NetworkSpec.of(gru, new AdaptiveSoftmax("out", H, 9, List.of(3, 5), 2)));
    }

    /** Ids in the first column and the last. */
    private static ColumnEmbedding ids(int D) {
        return new ColumnEmbedding(
                "embedding",
                D,
                List.of(new ColumnEmbedding.Column("first", 0, 5, 2), new ColumnEmbedding.Column("last", D - 1, 3, 4)));
    }

    /** Normalisations between and after layers of one kind of cell, so that asking for it shows no other. */
    private static NetworkSpec normalised(Recurrent below) {
        int H = below.outputSize();
        return NetworkSpec.of(
                below.withName("below"),
                new LayerNorm("norm", H),
                Recurrent.of(below.cell(), H, H).withName("above"),
                new LayerNorm("last", H, 0.1f));
    }

    /** The last output of one layer, read again and again by another. */
    private static NetworkSpec autoencoder(Recurrent encoder) {
        int H = encoder.hiddenSize();
        return NetworkSpec.of(
                encoder.withName("encoder").withLastOnly(true),
                new Parameterless.Repeat(H, 4),
                Recurrent.of(encoder.cell(), H, H).withName("decoder"),
                new Dense("out", H, 2));
    }

    /** Whether training draws anything. */
    static boolean noisy(NetworkSpec spec) {
        return spec.layers().stream()
                .anyMatch(layer -> layer instanceof Parameterless.Drop
                        || (layer instanceof Recurrent stack
                                && (stack.dropout() > 0
                                        || !stack.regularisation().equals(Regularisation.NONE))));
    }

    /** Whether a step at a time gives what the whole sequence gives. */
    static boolean stepwise(NetworkSpec spec) {
        return !spec.readsAhead() && spec.keepsSteps();
    }
}
