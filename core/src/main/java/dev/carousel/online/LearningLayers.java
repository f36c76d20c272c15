package dev.carousel.online;

import dev.carousel.cell.Cell;
import dev.carousel.cell.WeightPart;
import dev.carousel.kernel.Kernels;
import dev.carousel.layer.StatelessLayers;
import dev.carousel.layer.StatelessWeights;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.ColumnEmbedding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerVisitor;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Reshape;
import dev.carousel.spec.Slice;
import dev.carousel.spec.TiedDense;
import java.util.ArrayList;
import java.util.List;

/** What learns for each kind of layer on a stream, or why it cannot: to be asked for the layers of one network, in order. */
final class LearningLayers implements LayerVisitor<List<LearningLayer>> {

    private final Parameters parameters;
    private final Kernels kernels;
    private final StatelessLayers stateless;
    private int hAt;

    private LearningLayers(Parameters parameters, Kernels kernels) {
        this.parameters = parameters;
        this.kernels = kernels;
        this.stateless = new StatelessLayers(parameters, kernels, true);
    }

    /**
     * Those of a network, from input to output.
     *
     * @param parameters give the layout
     * @throws IllegalArgumentException if it cannot take single steps, or a layer cannot learn so
     */
    static List<LearningLayer> of(NetworkSpec spec, Parameters parameters, Kernels kernels) {
        spec.requireStepwise("An OnlineLearner");
        LearningLayers factory = new LearningLayers(parameters, kernels);
        List<LearningLayer> all = new ArrayList<>();
        spec.layers().forEach(layer -> all.addAll(layer.accept(factory)));
        return List.copyOf(all);
    }

    /**
     * Whether what a network learns on a stream is the gradient itself: one recurrent layer, of a cell without recurrent products,
     * that reads the input.
     */
    static boolean exact(NetworkSpec spec) {
        List<LayerSpec.Recurrent> stacks = spec.stacks();
        if (stacks.isEmpty()) {
            return true;
        }
        LayerSpec.Recurrent only = stacks.get(0);
        Parameters below = below(spec).zeros();
        return stacks.size() == 1 && only.layers() == 1 && only.cell().blocks().isEmpty() && below.size() == 0;
    }

    /** The parameters of the layers below the first recurrent one. */
    private static Parameters.Layout below(NetworkSpec spec) {
        Parameters.Layout layout = new Parameters.Layout();
        for (LayerSpec layer : spec.layers()) {
            if (layer instanceof LayerSpec.Recurrent) {
                break;
            }
            layer.addTo(layout);
        }
        return layout;
    }

    @Override
    public List<LearningLayer> recurrent(LayerSpec.Recurrent stack) {
        Cell cell = stack.cell();
        if (!cell.unitByUnit()) {
            throw new IllegalArgumentException(
                    "An OnlineLearner carries what a weight does to its own unit, but in "
                            + stack + " units read each other within a step, as by the means of a layer normalisation."
                            + " Take an LSTM, a GRU or an RNN, or for an exact gradient indrnn, mingru, minlstm, sru or rglru.");
        }
        if (stack.projectionSize() > 0) {
            throw new IllegalArgumentException("An OnlineLearner carries what a weight does to its own unit, but h of "
                    + stack + " is a projection, in which each number is of all units. Train it without one.");
        }
        if (stack.regularisation().zoneout()) {
            throw new IllegalArgumentException("An OnlineLearner knows no zoneout, which " + stack
                    + " has: each step keeps a share of the state before it. Train it without.");
        }
        List<LearningLayer> all = new ArrayList<>();
        for (int layer = 0; layer < stack.layers(); layer++) {
            for (WeightPart own : LayerParts.own(stack, layer)) {
                if (own.size() % stack.hiddenSize() != 0) {
                    throw new IllegalArgumentException(
                            "An OnlineLearner carries what a weight does to its own unit, but the weight " + own.name()
                                    + " of the cell " + cell.kind() + " has " + own.size() + " numbers for "
                                    + stack.hiddenSize() + " units.");
                }
            }
            all.add(new RecurrentLearning(stack, layer, hAt, parameters, kernels));
            hAt += stack.hiddenSize() + LayerParts.besideH(stack);
        }
        return all;
    }

    @Override
    public List<LearningLayer> crfScores(CrfScores layer) {
        throw new IllegalArgumentException("An OnlineLearner learns from step to step, but the loss of " + layer
                + " is of whole sentences. Train it with a Trainer.");
    }

    /** Never asked: it takes no single steps. */
    @Override
    public List<LearningLayer> encoderDecoder(EncoderDecoder layer) {
        throw new IllegalArgumentException("An OnlineLearner learns from step to step, but " + layer
                + " reads a whole sequence before it writes the first symbol.");
    }

    /** None: the layer after it looks up its weights. */
    @Override
    public List<LearningLayer> oneHot(LayerSpec.OneHot layer) {
        return List.of();
    }

    @Override
    public List<LearningLayer> embedding(LayerSpec.Embedding layer) {
        return of(layer, stateless.of(layer));
    }

    @Override
    public List<LearningLayer> columnEmbedding(ColumnEmbedding layer) {
        return of(layer, stateless.of(layer));
    }

    @Override
    public List<LearningLayer> dense(LayerSpec.Dense layer) {
        return of(layer, stateless.of(layer));
    }

    /** Refused: a layer here writes the gradient of its own weights, but the table has one from each of its two uses. */
    @Override
    public List<LearningLayer> tiedDense(TiedDense layer) {
        throw new IllegalArgumentException(
                "An OnlineLearner learns the weights of each layer separately, but " + layer
                        + " shares the table of the embedding " + layer.embedding()
                        + ", whose gradient is that of both uses. Train it with a Trainer, or take a Dense layer in its place.");
    }

    @Override
    public List<LearningLayer> adaptiveSoftmax(AdaptiveSoftmax layer) {
        return of(layer, stateless.of(layer));
    }

    @Override
    public List<LearningLayer> layerNorm(LayerNorm layer) {
        return of(layer, stateless.of(layer));
    }

    @Override
    public List<LearningLayer> elementwiseAffine(ElementwiseAffine layer) {
        return of(layer, stateless.of(layer));
    }

    @Override
    public List<LearningLayer> elementwise(Parameterless.Elementwise layer) {
        return of(layer, stateless.of(layer));
    }

    @Override
    public List<LearningLayer> softmax(Parameterless.Softmax layer) {
        return of(layer, stateless.of(layer));
    }

    @Override
    public List<LearningLayer> logSoftmax(Parameterless.LogSoftmax layer) {
        return of(layer, stateless.of(layer));
    }

    /** None: nothing is dropped of a stream, whose outputs are used as they come. */
    @Override
    public List<LearningLayer> drop(Parameterless.Drop layer) {
        return List.of();
    }

    /** None, as for other dropout. */
    @Override
    public List<LearningLayer> dropWords(Parameterless.DropWords layer) {
        return List.of();
    }

    /** None: it is for what a network learns from whole batches. */
    @Override
    public List<LearningLayer> activityPenalty(Parameterless.ActivityPenalty layer) {
        return List.of();
    }

    @Override
    public List<LearningLayer> mean(Parameterless.Mean layer) {
        throw notStepwise(layer);
    }

    @Override
    public List<LearningLayer> max(Parameterless.Max layer) {
        throw notStepwise(layer);
    }

    @Override
    public List<LearningLayer> repeat(Parameterless.Repeat layer) {
        throw notStepwise(layer);
    }

    @Override
    public List<LearningLayer> reshape(Reshape layer) {
        throw notStepwise(layer);
    }

    @Override
    public List<LearningLayer> masking(Parameterless.Masking layer) {
        throw new IllegalArgumentException("An OnlineLearner takes every event as a step, but " + layer
                + " leaves some out. Leave them out before they come here.");
    }

    private static IllegalArgumentException notStepwise(LayerSpec layer) {
        return new IllegalArgumentException("An OnlineLearner takes single steps, which " + layer + " cannot.");
    }

    private List<LearningLayer> of(LayerSpec layer, StatelessWeights weights) {
        Parameters.Layout layout = new Parameters.Layout();
        layer.addTo(layout);
        List<Slice> slices = layout.slices().stream()
                .map(slice -> parameters.slice(slice.name()))
                .toList();
        return List.of(new StatelessLearning(weights, slices, kernels));
    }
}
