package dev.carousel.interop.keras;

import java.util.List;

/** Where the weights of a model's layers are found. */
interface KerasWeights {

    /**
     * The weights of the next layer of the model, in the order in which Keras made them: kernel, recurrent kernel, bias; of a
     * Bidirectional those of its forward layer, then those of its backward layer. Called once for every layer, in order.
     *
     * @param layer the layer
     * @return its weights; none for a layer that has none
     */
    List<KerasTensor> next(LayerConfig layer);
}
