package dev.carousel.interop.onnx.run;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.kernel.Activation;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Parameters;
import java.util.List;

/**
 * Between ONNX' recurrent weights and Carousel's: the same numbers with the gates in another order.
 *
 * <pre>{@code
 *        ONNX                             Carousel
 * LSTM   i o f c                          i f g o
 * GRU    z r h                            r z n
 * B      [Wb, Rb] of 2 kH                 bias_ih, bias_hh of kH each
 * P      i o f                            i o f
 * }</pre>
 */
public final class GateOrder {

    private GateOrder() {}

    /** For each gate in our order, which it is in ONNX'. */
    private static int[] places(String kind) {
        return switch (kind) {
            case "lstm" -> new int[] {0, 2, 3, 1};
            case "gru" -> new int[] {1, 0, 2};
            default -> new int[] {0};
        };
    }

    /** The cell that computes one direction of a node. */
    public static Cell cell(RecurrentForm form, int direction, boolean peepholes) {
        List<GateActivation> given = form.activations().get(direction);
        float clip = form.clip();
        return switch (form.kind()) {
            case RNN -> new Rnn(activation(given.get(0))).withClip(clip);
            case LSTM ->
                Lstm.STANDARD
                        .withGateActivation(activation(given.get(0)))
                        .withCandidateActivation(activation(given.get(1)))
                        .withOutputActivation(activation(given.get(2)))
                        .withPeepholes(peepholes)
                        .withInputForget(form.inputForget())
                        .withClip(clip);
            case GRU ->
                new Gru(form.linearBeforeReset() ? Gru.ResetGate.AFTER_PRODUCT : Gru.ResetGate.BEFORE_PRODUCT)
                        .withGateActivation(activation(given.get(0)))
                        .withCandidateActivation(activation(given.get(1)))
                        .withClip(clip);
        };
    }

    private static Activation activation(GateActivation given) {
        if (given.kind() == GateActivation.Kind.AFFINE && given.alpha() == 1 && given.beta() == 0) {
            return Activation.LINEAR;
        }
        Activation.Kind kind = given.kind() == GateActivation.Kind.SIGMOID
                ? Activation.Kind.LOGISTIC
                : Activation.Kind.valueOf(given.kind().name());
        return new Activation(kind, given.alpha(), given.beta());
    }

    /** Where the weights of one direction of one layer go to and come from. */
    public record Place(Recurrent spec, int layer, int way, Parameters parameters) {

        private void set(String parameter, float[] numbers) {
            parameters.set(spec.parameterName(parameter, layer, way), numbers);
        }
    }

    /**
     * Fills the parameters of one direction from a node's weights.
     *
     * @param direction which of the node's directions
     */
    public static void read(RecurrentWeightTensors from, int direction, Place to) {
        String kind = to.spec.cell().kind();
        int H = to.spec.hiddenSize();
        int rows = to.spec.cell().gates() * H;
        int D = to.spec.inputSize(to.layer);
        to.set("weight_ih", ours(kind, from.w().floats(), direction * rows * D, H * D));
        to.set("weight_hh", ours(kind, from.r().floats(), direction * rows * H, H * H));
        if (to.spec.bias()) {
            to.set("bias_ih", ours(kind, from.b().floats(), direction * 2 * rows, H));
            to.set("bias_hh", ours(kind, from.b().floats(), (direction * 2 + 1) * rows, H));
        }
        if (to.spec.cell() instanceof Lstm lstm && lstm.peepholes()) {
            float[] p = new float[3 * H];
            System.arraycopy(from.p().floats(), direction * 3 * H, p, 0, 3 * H);
            to.set("weight_ph", p);
        }
    }

    private static float[] ours(String kind, float[] onnx, int at, int gateSize) {
        int[] places = places(kind);
        float[] ours = new float[places.length * gateSize];
        for (int gate = 0; gate < places.length; gate++) {
            System.arraycopy(onnx, at + places[gate] * gateSize, ours, gate * gateSize, gateSize);
        }
        return ours;
    }

    /** ONNX' order of gates of some of our parameters. */
    public static float[] onnx(String kind, float[] ours) {
        int[] places = places(kind);
        int gateSize = ours.length / places.length;
        float[] onnx = new float[ours.length];
        for (int gate = 0; gate < places.length; gate++) {
            System.arraycopy(ours, gate * gateSize, onnx, places[gate] * gateSize, gateSize);
        }
        return onnx;
    }
}
