package dev.carousel.interop.onnx.network;

import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.interop.onnx.network.ChainPart.AffinePart;
import dev.carousel.interop.onnx.network.ChainPart.DensePart;
import dev.carousel.interop.onnx.network.ChainPart.EmbeddingPart;
import dev.carousel.interop.onnx.network.ChainPart.NormPart;
import dev.carousel.interop.onnx.network.ChainPart.OneHotPart;
import dev.carousel.interop.onnx.network.ChainPart.PlainPart;
import dev.carousel.interop.onnx.network.ChainPart.RecurrentPart;
import dev.carousel.interop.onnx.run.GateOrder;
import dev.carousel.network.Network;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Makes a network of the parts of a chain. Recurrent parts of one kind that follow each other become one stack. */
final class ChainNetwork {

    private final List<ChainPart> parts;
    private final List<LayerSpec> layers = new ArrayList<>();
    private final List<Consumer<Parameters>> weights = new ArrayList<>();
    private int recurrents;
    private int denses;
    private int affines;
    private int norms;

    private ChainNetwork(List<ChainPart> parts) {
        this.parts = parts;
    }

    static Network of(List<ChainPart> parts) {
        ChainNetwork chain = new ChainNetwork(parts);
        for (int i = 0; i < parts.size(); i++) {
            ChainPart part = parts.get(i);
            if (part instanceof RecurrentPart) {
                i = chain.addStack(i);
            } else {
                chain.add(part);
            }
        }
        NetworkSpec spec = new NetworkSpec(chain.layers);
        Parameters parameters = spec.zeroParameters();
        chain.weights.forEach(fill -> fill.accept(parameters));
        return Network.of(spec, parameters);
    }

    /** Adds the stack that begins at a part; returns the last part of it. */
    private int addStack(int first) {
        int last = first;
        List<RecurrentPart> stack = new ArrayList<>(List.of((RecurrentPart) parts.get(first)));
        while (last + 1 < parts.size()
                && parts.get(last + 1) instanceof RecurrentPart next
                && next.stacksOn(stack.get(stack.size() - 1))) {
            stack.add(next);
            last++;
        }
        RecurrentPart bottom = stack.get(0);
        Recurrent layer = Recurrent.of(bottom.cell(), bottom.inputSize(), bottom.hiddenSize())
                .withName(numbered("rnn", ++recurrents))
                .withLayers(stack.size())
                .withDirection(bottom.direction())
                .withBias(bottom.weights().hasBias())
                .withLastOnly(stack.get(stack.size() - 1).lastOnly());
        layers.add(layer);
        weights.add(parameters -> {
            for (int k = 0; k < stack.size(); k++) {
                for (int way = 0; way < layer.directions(); way++) {
                    GateOrder.read(stack.get(k).weights(), way, new GateOrder.Place(layer, k, way, parameters));
                }
            }
        });
        return last;
    }

    private void add(ChainPart part) {
        if (part instanceof EmbeddingPart embedding) {
            Tensor weight = embedding.weight();
            layers.add(new LayerSpec.Embedding("embedding", weight.dimension(0), weight.dimension(1)));
            weights.add(parameters -> parameters.set("embedding.weight", weight.floats()));
        } else if (part instanceof OneHotPart oneHot) {
            layers.add(new LayerSpec.OneHot(oneHot.outputSize()));
        } else if (part instanceof DensePart dense) {
            String name = numbered("out", ++denses);
            boolean bias = dense.bias().length > 0;
            layers.add(new LayerSpec.Dense(name, dense.inputSize(), dense.outputSize()).withBias(bias));
            weights.add(parameters -> {
                parameters.set(name + ".weight", dense.weight());
                if (bias) {
                    parameters.set(name + ".bias", dense.bias());
                }
            });
        } else if (part instanceof AffinePart affine && !affine.isIdentity()) {
            ElementwiseAffine layer = new ElementwiseAffine(numbered("scale", ++affines), affine.outputSize());
            layers.add(layer);
            weights.add(parameters -> {
                parameters.set(layer.gain(), affine.gain());
                parameters.set(layer.center(), affine.center());
                parameters.set(layer.bias(), affine.bias());
            });
        } else if (part instanceof NormPart norm) {
            LayerNorm layer = new LayerNorm(numbered("norm", ++norms), norm.outputSize(), norm.epsilon());
            layers.add(layer);
            weights.add(parameters -> {
                parameters.set(layer.gain(), norm.gain());
                parameters.set(layer.bias(), norm.bias());
            });
        } else if (part instanceof PlainPart plain) {
            layers.add(plain.layer());
        }
    }

    private static String numbered(String name, int number) {
        return number == 1 ? name : name + number;
    }
}
