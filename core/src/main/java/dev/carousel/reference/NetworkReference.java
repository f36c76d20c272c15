package dev.carousel.reference;

import dev.carousel.reference.CellReference.WeightSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A stack of recurrent layers, in one or both directions, with or without a dense head: put together from
 * {@link CellLayer}, {@link Bidirectional}, {@link Chain} and {@link DenseLayer}, with PyTorch's names.
 *
 * <pre>{@code
 * layer k, direction d:   weight_ih_l{k}[_reverse]  [kH, input]        bias_ih_l{k}[_reverse]  [1, kH]
 *                         weight_hh_l{k}[_reverse]  [kH, H]            bias_hh_l{k}[_reverse]  [1, kH]
 * states:                 h_l{k}[_reverse], c_l{k}[_reverse]           [N, H]
 * head:                   weight [O, dirs H], bias [1, O]
 * }</pre>
 *
 * <p>Layer 0 reads D values, every later one dirs x H: the directions side by side, forward first.
 *
 * @param cell the cell of every layer
 * @param inputSize D
 * @param hiddenSize H
 * @param layers how many are stacked, at least 1
 * @param bidirectional whether each has a reverse direction too
 * @param headSize the outputs O of a dense head; empty for no head
 */
public record NetworkReference(
        CellReference cell,
        int inputSize,
        int hiddenSize,
        int layers,
        boolean bidirectional,
        Optional<Integer> headSize) {

    /** Checks the sizes. */
    public NetworkReference {
        if (inputSize < 1 || hiddenSize < 1 || layers < 1) {
            throw new IllegalArgumentException("NetworkReference: input size " + inputSize + ", hidden size "
                    + hiddenSize + " and layers " + layers + " must all be at least 1.");
        }
    }

    /** The network with the given weights, which it shares, under the names above. */
    public LayerReference with(Mats weights) {
        List<LayerReference> stack = new ArrayList<>();
        for (int k = 0; k < layers; k++) {
            LayerReference forward = direction(k, false, weights);
            stack.add(bidirectional ? new Bidirectional(forward, direction(k, true, weights)) : forward);
        }
        headSize.ifPresent(O -> stack.add(new DenseLayer(weights.get("weight"), weights.get("bias"))));
        return new Chain(name(), stack);
    }

    /** The network with weights and biases of independent normal numbers of the given deviation: for checks. */
    public LayerReference random(double deviation, RandomGenerator random) {
        Map<String, Mat> weights = new LinkedHashMap<>();
        for (WeightSpec spec : weights()) {
            weights.put(spec.fileName(), Mat.normal(spec.rows(), spec.columns(), deviation, random));
        }
        return with(Mats.of(weights));
    }

    /** All weights in PyTorch's order, {@code fileName} with layer and direction. */
    public List<WeightSpec> weights() {
        List<WeightSpec> all = new ArrayList<>();
        for (int k = 0; k < layers; k++) {
            for (int d = 0; d < directions(); d++) {
                String suffix = suffix(k, d == 1);
                for (WeightSpec spec : cell.weights(layerInput(k), hiddenSize)) {
                    all.add(new WeightSpec(spec.symbol(), spec.fileName() + suffix, spec.rows(), spec.columns()));
                }
            }
        }
        headSize.ifPresent(O -> {
            all.add(new WeightSpec("W", "weight", O, directions() * cell.outputSize(hiddenSize)));
            all.add(new WeightSpec("b", "bias", 1, O));
        });
        return all;
    }

    private LayerReference direction(int k, boolean reverse, Mats weights) {
        String suffix = suffix(k, reverse);
        Map<String, String> fileName = new LinkedHashMap<>();
        Map<String, Mat> own = new LinkedHashMap<>();
        for (WeightSpec spec : cell.weights(layerInput(k), hiddenSize)) {
            fileName.put(spec.symbol(), spec.fileName() + suffix);
            own.put(spec.symbol(), weights.get(spec.fileName() + suffix));
        }
        CellLayer layer = new CellLayer(cell, layerInput(k), hiddenSize, reverse, Mats.of(own));
        return new Renamed(layer, fileName::get, state -> state + suffix);
    }

    private static String suffix(int k, boolean reverse) {
        return "_l" + k + (reverse ? "_reverse" : "");
    }

    private int directions() {
        return bidirectional ? 2 : 1;
    }

    private int layerInput(int k) {
        return k == 0 ? inputSize : directions() * cell.outputSize(hiddenSize);
    }

    private String name() {
        return cell.name()
                + (layers > 1 ? " x " + layers : "")
                + (bidirectional ? ", both directions" : "")
                + (headSize.isPresent() ? ", dense" : "");
    }
}
