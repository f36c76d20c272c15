package dev.carousel.interop.keras;

import dev.carousel.spec.Parameterless.Max;
import dev.carousel.spec.Parameterless.Mean;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the layers that make one step of all: means and maxima over time. */
final class PoolingLayers {

    private final LayersSoFar soFar;

    PoolingLayers(LayersSoFar soFar) {
        this.soFar = soFar;
    }

    /** A reader for each class of layer. */
    Map<String, NetworkBuilder.Reader> readers() {
        Map<String, NetworkBuilder.Reader> readers = new LinkedHashMap<>();
        readers.put("GlobalAveragePooling1D", (layer, weights) -> average(layer));
        readers.put("GlobalMaxPooling1D", (layer, weights) -> maximum(layer));
        return readers;
    }

    /** Of masked sequences the mean of the steps that count, in Keras, too. */
    private void average(LayerConfig layer) {
        begin(layer);
        soFar.add(new Mean(soFar.knownSize(layer)));
        end(layer);
    }

    /**
     * Keras' maximum knows no mask: at a masked step it sees what the layer before gives there, which is 0 if that was asked
     * to, as a Bidirectional asks.
     */
    private void maximum(LayerConfig layer) {
        begin(layer);
        if (soFar.masked() && !soFar.zeroWhereMasked()) {
            throw layer.error(
                    "it reads masked steps, of which Keras takes no notice there: the maximum is also of what the"
                            + " layer before gives at masked steps, and that is read only where it is 0, directly after a Bidirectional"
                            + " or a layer with zero_output_for_mask=True.");
        }
        soFar.add(new Max(soFar.knownSize(layer), soFar.masked()));
        end(layer);
    }

    private void begin(LayerConfig layer) {
        soFar.requireSequence(layer);
        if (layer.has("data_format") && !layer.text("data_format").equals("channels_last")) {
            throw layer.error("data_format is " + layer.text("data_format")
                    + "; only channels_last, [batch, steps, numbers], is read.");
        }
    }

    private void end(LayerConfig layer) {
        boolean keeps = layer.flag("keepdims", false);
        layer.requireNothingElse();
        soFar.become(keeps ? LayersSoFar.VECTORS : LayersSoFar.IDS_OR_ONE_VECTOR, soFar.size());
        soFar.steps(1);
        soFar.straight();
        soFar.mask(false);
    }
}
