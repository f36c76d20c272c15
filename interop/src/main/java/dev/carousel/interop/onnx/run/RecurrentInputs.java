package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.Arrays;

/**
 * The inputs of a recurrent node, checked against its form. Time comes first in {@code x}, also where the node has the batch
 * first.
 *
 * @param x [T, N, D]
 * @param weights W, R, B and P
 * @param lengths of each sequence
 * @param h0 [directions, N, H], or {@link Call#LEFT_OUT}
 * @param c0 [directions, N, H], or {@link Call#LEFT_OUT}
 */
public record RecurrentInputs(Tensor x, RecurrentWeightTensors weights, int[] lengths, Tensor h0, Tensor c0) {

    private static final int W = 1;
    private static final int R = 2;
    private static final int B = 3;
    private static final int LENGTHS = 4;
    private static final int H0 = 5;
    private static final int C0 = 6;
    private static final int P = 7;

    static RecurrentInputs of(Call call, RecurrentForm form) {
        call.real(0);
        Tensor x = form.batchFirst() ? exchanged(call, call.in(0, 3)) : call.in(0, 3);
        int N = x.dimension(1);
        boolean lstm = form.kind() == RecurrentForm.Kind.LSTM;
        return new RecurrentInputs(
                x,
                weights(call, form, x.type(), x.dimension(2)),
                lengths(call, x.dimension(0), N),
                state(call, form, H0, x),
                lstm ? state(call, form, C0, x) : Call.LEFT_OUT);
    }

    /**
     * The weights of a node, which are the same whatever is fed.
     *
     * @param inputSize D
     */
    public static RecurrentWeightTensors weights(Call call, RecurrentForm form, OnnxElementType type, int inputSize) {
        int H = form.hiddenSize();
        int dirs = form.directions();
        int rows = form.kind().gates() * H;
        boolean lstm = form.kind() == RecurrentForm.Kind.LSTM;
        return new RecurrentWeightTensors(
                shaped(call, W, type, dirs, rows, inputSize),
                shaped(call, R, type, dirs, rows, H),
                shaped(call, B, type, dirs, 2 * rows),
                lstm ? shaped(call, P, type, dirs, 3 * H) : Call.LEFT_OUT);
    }

    private static Tensor state(Call call, RecurrentForm form, int input, Tensor x) {
        int N = x.dimension(1);
        int dirs = form.directions();
        if (!form.batchFirst()) {
            return shaped(call, input, x.type(), dirs, N, form.hiddenSize());
        }
        Tensor state = shaped(call, input, x.type(), N, dirs, form.hiddenSize());
        return state == Call.LEFT_OUT ? state : exchanged(call, state);
    }

    private static Tensor shaped(Call call, int input, OnnxElementType type, int... shape) {
        if (!call.has(input)) {
            if (input == W || input == R) {
                throw call.fail("needs input " + input + ", which is not there");
            }
            return Call.LEFT_OUT;
        }
        Tensor found = call.in(input);
        if (found.type() != type || !Arrays.equals(found.shape(), shape)) {
            throw call.fail(
                    "needs " + type + " " + Arrays.toString(shape) + " as input " + input + ", but it is " + found);
        }
        return found;
    }

    private static int[] lengths(Call call, int T, int N) {
        int[] lengths = new int[N];
        Arrays.fill(lengths, T);
        if (!call.has(LENGTHS)) {
            return lengths;
        }
        long[] given = call.longs(LENGTHS);
        if (given.length != N) {
            throw call.fail("has sequence_lens of " + given.length + " sequences, but the batch has " + N);
        }
        for (int n = 0; n < N; n++) {
            if (given[n] < 0 || given[n] > T) {
                throw call.fail("has a sequence of length " + given[n] + ", but there are " + T + " steps");
            }
            lengths[n] = (int) given[n];
        }
        return lengths;
    }

    /** The same with the first two axes exchanged. */
    static Tensor exchanged(Call call, Tensor x) {
        int[] from = Tensor.strides(x.shape());
        int[] shape = x.shape();
        int[] strides = from.clone();
        shape[0] = x.dimension(1);
        shape[1] = x.dimension(0);
        strides[0] = from[1];
        strides[1] = from[0];
        return TensorCopies.gather(call, x, new TensorCopies.View(0, strides), shape);
    }
}
