package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.Tensor;

/**
 * The weights of a recurrent node; those that are left out are {@link Call#LEFT_OUT}.
 *
 * @param w [directions, kH, D]
 * @param r [directions, kH, H]
 * @param b [directions, 2 kH], input biases before recurrent ones
 * @param p [directions, 3H], peepholes i o f
 */
public record RecurrentWeightTensors(Tensor w, Tensor r, Tensor b, Tensor p) {

    public boolean hasBias() {
        return b != Call.LEFT_OUT;
    }

    public boolean hasPeepholes() {
        return p != Call.LEFT_OUT;
    }

    /** Whether these are the very same tensors. */
    boolean sameAs(RecurrentWeightTensors other) {
        return w == other.w && r == other.r && b == other.b && p == other.p;
    }
}
