package dev.carousel.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a file says of each kind of layer, by name: the way there, of which {@link SpecJson} has the way back. */
final class LayerProperties implements LayerVisitor<Map<String, Object>> {

    private final Map<String, Object> map = new LinkedHashMap<>();

    @Override
    public Map<String, Object> oneHot(LayerSpec.OneHot layer) {
        map.put("kind", "one-hot");
        map.put("vocabularySize", layer.vocabularySize());
        return map;
    }

    @Override
    public Map<String, Object> embedding(LayerSpec.Embedding layer) {
        map.put("kind", "embedding");
        map.put("name", layer.name());
        map.put("vocabularySize", layer.vocabularySize());
        map.put("outputSize", layer.outputSize());
        return map;
    }

    @Override
    public Map<String, Object> columnEmbedding(ColumnEmbedding layer) {
        map.put("kind", "column-embedding");
        map.put("name", layer.name());
        map.put("inputSize", layer.inputSize());
        map.put("columns", layer.columns().stream().map(LayerProperties::toMap).toList());
        return map;
    }

    @Override
    public Map<String, Object> recurrent(LayerSpec.Recurrent layer) {
        map.put("kind", "recurrent");
        map.put("name", layer.name());
        map.put("cell", layer.cell().kind());
        map.put("variant", new TreeMap<>(layer.cell().variant()));
        map.put("inputSize", layer.inputSize());
        map.put("hiddenSize", layer.hiddenSize());
        map.put("layers", layer.layers());
        map.put("bidirectional", layer.bidirectional());
        map.put("dropout", layer.dropout());
        putOptions(map, layer);
        return map;
    }

    @Override
    public Map<String, Object> dense(LayerSpec.Dense layer) {
        map.put("kind", "dense");
        map.put("name", layer.name());
        map.put("inputSize", layer.inputSize());
        map.put("outputSize", layer.outputSize());
        if (!layer.bias()) {
            map.put("bias", false);
        }
        return map;
    }

    @Override
    public Map<String, Object> tiedDense(TiedDense layer) {
        map.put("kind", "tied-dense");
        map.put("name", layer.name());
        map.put("embedding", layer.embedding());
        map.put("inputSize", layer.inputSize());
        map.put("outputSize", layer.outputSize());
        return map;
    }

    @Override
    public Map<String, Object> adaptiveSoftmax(AdaptiveSoftmax layer) {
        map.put("kind", "adaptive-softmax");
        map.put("name", layer.name());
        map.put("inputSize", layer.inputSize());
        map.put("classes", layer.classes());
        map.put("cutoffs", layer.cutoffs());
        map.put("divisor", layer.divisor());
        return map;
    }

    @Override
    public Map<String, Object> layerNorm(LayerNorm layer) {
        map.put("kind", "layer-norm");
        map.put("name", layer.name());
        map.put("size", layer.size());
        map.put("epsilon", layer.epsilon());
        return map;
    }

    @Override
    public Map<String, Object> elementwiseAffine(ElementwiseAffine layer) {
        map.put("kind", "elementwise-affine");
        map.put("name", layer.name());
        map.put("size", layer.size());
        return map;
    }

    @Override
    public Map<String, Object> crfScores(CrfScores layer) {
        map.put("kind", "crf");
        map.put("name", layer.name());
        map.put("tags", layer.tags());
        return map;
    }

    @Override
    public Map<String, Object> elementwise(Parameterless.Elementwise layer) {
        sized("activation", layer);
        map.put("activation", layer.activation().text());
        return map;
    }

    @Override
    public Map<String, Object> softmax(Parameterless.Softmax layer) {
        return sized("softmax", layer);
    }

    @Override
    public Map<String, Object> logSoftmax(Parameterless.LogSoftmax layer) {
        return sized("log-softmax", layer);
    }

    @Override
    public Map<String, Object> drop(Parameterless.Drop layer) {
        sized("dropout", layer);
        map.put("share", layer.share());
        if (layer.sameAtEveryStep()) {
            map.put("sameAtEveryStep", true);
        }
        return map;
    }

    @Override
    public Map<String, Object> dropWords(Parameterless.DropWords layer) {
        sized("word-dropout", layer);
        map.put("share", layer.share());
        return map;
    }

    @Override
    public Map<String, Object> activityPenalty(Parameterless.ActivityPenalty layer) {
        sized("activity-penalty", layer);
        map.put("activation", layer.activation());
        map.put("temporal", layer.temporal());
        return map;
    }

    @Override
    public Map<String, Object> mean(Parameterless.Mean layer) {
        return sized("mean", layer);
    }

    @Override
    public Map<String, Object> max(Parameterless.Max layer) {
        sized("max", layer);
        if (layer.paddingCounts()) {
            map.put("paddingCounts", true);
        }
        return map;
    }

    @Override
    public Map<String, Object> repeat(Parameterless.Repeat layer) {
        sized("repeat", layer);
        map.put("steps", layer.steps());
        return map;
    }

    @Override
    public Map<String, Object> reshape(Reshape layer) {
        map.put("kind", "reshape");
        map.put("inputSteps", layer.inputSteps());
        map.put("inputSize", layer.inputSize());
        map.put("steps", layer.steps());
        map.put("outputSize", layer.outputSize());
        return map;
    }

    @Override
    public Map<String, Object> masking(Parameterless.Masking layer) {
        sized("masking", layer);
        map.put("value", layer.value());
        return map;
    }

    @Override
    public Map<String, Object> encoderDecoder(EncoderDecoder layer) {
        map.put("kind", "encoder-decoder");
        map.put("encoder", SpecJson.toMap(layer.encoder()));
        map.put("decoder", SpecJson.toMap(layer.decoder()));
        map.put("attention", layer.attention().score().name());
        if (layer.attention().size() > 0) {
            map.put("attentionSize", layer.attention().size());
        }
        map.put("head", SpecJson.toMap(layer.head()));
        return map;
    }

    private Map<String, Object> sized(String kind, Parameterless layer) {
        map.put("kind", kind);
        map.put("size", layer.size());
        return map;
    }

    private static Map<String, Object> toMap(ColumnEmbedding.Column column) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", column.name());
        map.put("index", column.index());
        map.put("vocabularySize", column.vocabularySize());
        map.put("outputSize", column.outputSize());
        return map;
    }

    private static void putOptions(Map<String, Object> map, LayerSpec.Recurrent recurrent) {
        if (recurrent.projectionSize() > 0) {
            map.put("projectionSize", recurrent.projectionSize());
        }
        if (recurrent.direction() == Direction.BACKWARD) {
            map.put("backward", true);
        }
        if (recurrent.merge() != Merge.CONCATENATE) {
            map.put("merge", recurrent.merge().name());
        }
        if (!recurrent.bias()) {
            map.put("bias", false);
        }
        if (recurrent.lastOnly()) {
            map.put("lastOnly", true);
        }
        if (recurrent.residual() != Residual.NONE) {
            map.put("residual", recurrent.residual().name());
        }
        putNoise(map, recurrent.regularisation());
    }

    private static void putNoise(Map<String, Object> map, Regularisation noise) {
        if (noise.sameAtEveryStep()) {
            map.put("sameAtEveryStep", true);
        }
        putUnlessZero(map, "recurrentDropout", noise.recurrentDropout());
        putUnlessZero(map, "weightDropout", noise.weightDropout());
        putUnlessZero(map, "zoneoutHidden", noise.zoneoutHidden());
        putUnlessZero(map, "zoneoutCell", noise.zoneoutCell());
    }

    private static void putUnlessZero(Map<String, Object> map, String name, float share) {
        if (share != 0) {
            map.put(name, share);
        }
    }
}
