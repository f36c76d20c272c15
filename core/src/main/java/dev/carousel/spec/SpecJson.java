package dev.carousel.spec;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.json.Json;
import dev.carousel.json.JsonException;
import dev.carousel.kernel.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A {@link NetworkSpec} as JSON text, and back: the {@code carousel.spec} of a model file.
 *
 * <pre>{@code
 * {"layers":[{"kind":"one-hot","vocabularySize":65},
 *            {"kind":"recurrent","name":"rnn","cell":"lstm","variant":{"outputTanh":"true"},"inputSize":65,
 *             "hiddenSize":128,"layers":2,"bidirectional":false,"dropout":0.0},
 *            {"kind":"dense","name":"out","inputSize":128,"outputSize":65}]}
 * }</pre>
 *
 * <p>{@code ofJson(toJson(spec))} equals {@code spec}, and equal specs give the same text. What a recurrent or dense
 * layer has had since the first release is always written and required; a later option is written where it differs from
 * the behaviour then. No other key is allowed, so that a text which means something else than this release understands
 * is never half read. Nothing is allocated for the sizes that a text names: the code that makes the parameters compares
 * them with the data first.
 */
public final class SpecJson {

    private static final List<String> KINDS = List.of(
            "one-hot",
            "embedding",
            "column-embedding",
            "recurrent",
            "dense",
            "activation",
            "softmax",
            "log-softmax",
            "dropout",
            "masking",
            "mean",
            "max",
            "repeat",
            "reshape",
            "layer-norm",
            "elementwise-affine",
            "encoder-decoder",
            "crf",
            "tied-dense",
            "adaptive-softmax",
            "word-dropout",
            "activity-penalty");

    private SpecJson() {}

    /** The compact text of a specification, keys in a fixed order. */
    public static String toJson(NetworkSpec spec) {
        return Json.write(toMap(spec));
    }

    /** What a file says of a network, by name. */
    static Map<String, Object> toMap(NetworkSpec spec) {
        List<Object> layers = new ArrayList<>();
        spec.layers().forEach(layer -> layers.add(toMap(layer)));
        return Map.of("layers", layers);
    }

    /**
     * As {@link #toJson}, for a file, which must be readable.
     *
     * @throws IllegalArgumentException if a cell is neither ours nor provided by a {@code CellProvider}
     */
    public static String toFile(NetworkSpec spec) {
        spec.allStacks().forEach(stack -> Cells.requireKnown(stack.cell()));
        return toJson(spec);
    }

    private static Map<String, Object> toMap(LayerSpec layer) {
        return layer.accept(new LayerProperties());
    }

    /**
     * The specification that a text describes.
     *
     * @throws IllegalArgumentException if the text is not JSON, lacks a key, has one too many, names an unknown kind or
     *     cell, gives a size that is not from 1 to 2147483647, or describes layers that do not fit each other
     */
    public static NetworkSpec ofJson(String text) {
        SpecFields root;
        try {
            root = new SpecFields("the specification", Json.parse(text));
        } catch (JsonException e) {
            throw new IllegalArgumentException(
                    "The specification is not JSON that we read: " + e.getMessage() + ".", e);
        }
        try {
            return network(root, "");
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("A layer's output size is more than 2147483647.", e);
        }
    }

    private static NetworkSpec network(SpecFields fields, String within) {
        List<?> list = fields.list("layers");
        fields.requireNoOther();
        List<LayerSpec> layers = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            layers.add(layer(new SpecFields(within + "layer " + i, list.get(i))));
        }
        return new NetworkSpec(layers);
    }

    private static LayerSpec encoderDecoder(SpecFields fields) {
        Attention.Score score = fields.constant("attention", Attention.Score.values(), Attention.Score.NONE);
        return new EncoderDecoder(
                part(fields, "encoder"),
                part(fields, "decoder"),
                new Attention(score, fields.has("attentionSize") ? fields.size("attentionSize") : 0),
                part(fields, "head"));
    }

    private static NetworkSpec part(SpecFields fields, String name) {
        String where = fields.where() + ", " + name;
        return network(new SpecFields(where, fields.json(name)), where + ", ");
    }

    private static LayerSpec layer(SpecFields fields) {
        String kind = fields.text("kind");
        LayerSpec layer = switch (kind) {
            case "one-hot" -> new LayerSpec.OneHot(fields.size("vocabularySize"));
            case "embedding" ->
                new LayerSpec.Embedding(fields.text("name"), fields.size("vocabularySize"), fields.size("outputSize"));
            case "column-embedding" -> columnEmbedding(fields);
            case "recurrent" -> recurrent(fields);
            case "dense" ->
                new LayerSpec.Dense(
                        fields.text("name"),
                        fields.size("inputSize"),
                        fields.size("outputSize"),
                        fields.flag("bias", true));
            case "activation" -> new Parameterless.Elementwise(fields.size("size"), activation(fields));
            case "softmax" -> new Parameterless.Softmax(fields.size("size"));
            case "log-softmax" -> new Parameterless.LogSoftmax(fields.size("size"));
            case "dropout" ->
                new Parameterless.Drop(
                        fields.size("size"), (float) fields.number("share"), fields.flag("sameAtEveryStep", false));
            case "layer-norm" ->
                new LayerNorm(fields.text("name"), fields.size("size"), (float) fields.number("epsilon"));
            case "elementwise-affine" -> new ElementwiseAffine(fields.text("name"), fields.size("size"));
            case "word-dropout" -> new Parameterless.DropWords(fields.size("size"), (float) fields.number("share"));
            case "activity-penalty" ->
                new Parameterless.ActivityPenalty(
                        fields.size("size"), (float) fields.number("activation"), (float) fields.number("temporal"));
            case "tied-dense" ->
                new TiedDense(
                        fields.text("name"),
                        fields.text("embedding"),
                        fields.size("inputSize"),
                        fields.size("outputSize"));
            case "adaptive-softmax" ->
                new AdaptiveSoftmax(
                        fields.text("name"),
                        fields.size("inputSize"),
                        fields.size("classes"),
                        fields.sizes("cutoffs"),
                        fields.size("divisor"));
            case "crf" -> new CrfScores(fields.text("name"), fields.size("tags"));
            case "max" -> new Parameterless.Max(fields.size("size"), fields.flag("paddingCounts", false));
            case "mean" -> new Parameterless.Mean(fields.size("size"));
            case "repeat" -> new Parameterless.Repeat(fields.size("size"), fields.size("steps"));
            case "reshape" ->
                new Reshape(
                        fields.size("inputSteps"),
                        fields.size("inputSize"),
                        fields.size("steps"),
                        fields.size("outputSize"));
            case "encoder-decoder" -> encoderDecoder(fields);
            case "masking" -> new Parameterless.Masking(fields.size("size"), (float) fields.number("value"));
            default ->
                throw new IllegalArgumentException("In " + fields.where() + ", the kind \"" + kind
                        + "\" is unknown; there are " + KINDS
                        + ". Was the model written by a newer Carousel?");
        };
        fields.requireNoOther();
        return layer;
    }

    private static LayerSpec columnEmbedding(SpecFields fields) {
        List<?> list = fields.list("columns");
        List<ColumnEmbedding.Column> columns = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            SpecFields column = new SpecFields(fields.where() + ", column " + i, list.get(i));
            columns.add(new ColumnEmbedding.Column(
                    column.text("name"),
                    column.index("index"),
                    column.size("vocabularySize"),
                    column.size("outputSize")));
            column.requireNoOther();
        }
        return new ColumnEmbedding(fields.text("name"), fields.size("inputSize"), columns);
    }

    private static LayerSpec recurrent(SpecFields fields) {
        Cell cell;
        try {
            cell = Cells.of(fields.text("cell"), fields.texts("variant"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("In " + fields.where() + ": " + e.getMessage(), e);
        }
        return new LayerSpec.Recurrent(
                fields.text("name"),
                cell,
                fields.size("inputSize"),
                fields.size("hiddenSize"),
                fields.has("projectionSize") ? fields.size("projectionSize") : 0,
                fields.size("layers"),
                direction(fields),
                fields.constant("merge", Merge.values(), Merge.CONCATENATE),
                fields.flag("bias", true),
                fields.flag("lastOnly", false),
                (float) fields.number("dropout"),
                new Regularisation(
                        fields.flag("sameAtEveryStep", false),
                        fields.share("recurrentDropout"),
                        fields.share("weightDropout"),
                        fields.share("zoneoutHidden"),
                        fields.share("zoneoutCell")),
                fields.constant("residual", Residual.values(), Residual.NONE));
    }

    private static Direction direction(SpecFields fields) {
        boolean both = fields.flag("bidirectional");
        boolean backward = fields.flag("backward", false);
        if (both && backward) {
            throw new IllegalArgumentException(
                    "In " + fields.where() + ", \"backward\" is true, which means the backward"
                            + " direction alone, but \"bidirectional\" is true as well.");
        }
        return both ? Direction.BOTH : backward ? Direction.BACKWARD : Direction.FORWARD;
    }

    private static Activation activation(SpecFields fields) {
        try {
            return Activation.parse(fields.text("activation"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("In " + fields.where() + ": " + e.getMessage(), e);
        }
    }
}
