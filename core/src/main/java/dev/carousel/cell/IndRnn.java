package dev.carousel.cell;

import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Activation;
import dev.carousel.kernel.CellKernel;
import dev.carousel.kernel.CellKernels;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The independently recurrent network: each unit remembers itself alone, so that its memory can be as long as it likes.
 *
 * <pre>{@code
 * h = φ(W x + u ⊙ h' + b)          φ is ReLU, or tanh
 * }</pre>
 *
 * <p>Shapes: x [N, D], h [N, H], W [H, D], u, called {@code weight_hh} in files, and b [H]. u starts evenly between 0 and 1.
 *
 * <p>Source: Li et al., "Independently Recurrent Neural Network (IndRNN): Building a Longer and Deeper RNN" (2018).
 *
 * @param relu whether φ is ReLU, the usual choice, or tanh
 */
public record IndRnn(boolean relu) implements AcceleratedCell {

    /** The usual choice, with ReLU. */
    public static final IndRnn STANDARD = new IndRnn(true);

    @Override
    public String kind() {
        return "indrnn";
    }

    @Override
    public Map<String, String> variant() {
        return new VariantText()
                .putUnless(
                        "nonlinearity",
                        relu ? Activation.of(Activation.Kind.RELU).text() : Activation.TANH.text(),
                        Activation.of(Activation.Kind.RELU).text())
                .map();
    }

    /**
     * The way back from {@link #variant}; what is missing is as usual.
     *
     * @throws IllegalArgumentException if the nonlinearity is neither ReLU nor tanh
     */
    static IndRnn ofVariant(Map<String, String> variant) {
        Activation phi = new VariantText(variant).activation("nonlinearity", Activation.of(Activation.Kind.RELU));
        if (!phi.is(Activation.Kind.RELU) && !phi.is(Activation.Kind.TANH)) {
            throw new IllegalArgumentException(
                    "IndRnn: the nonlinearity is " + phi.text() + " but must be relu or tanh.");
        }
        return new IndRnn(phi.is(Activation.Kind.RELU));
    }

    @Override
    public int gates() {
        return 1;
    }

    @Override
    public int columns() {
        return 2; // a, and what is added to the gradient of u
    }

    @Override
    public boolean scans() {
        return true;
    }

    @Override
    public List<Block> blocks() {
        return List.of();
    }

    @Override
    public int ownColumn() {
        return 1;
    }

    @Override
    public List<WeightPart> weights(int D, int H, int P) {
        return List.of(
                WeightPart.of("weight_ih", Role.INPUT, H, D),
                WeightPart.of("weight_hh", Role.OWN, H).startingFrom(0, 1),
                WeightPart.of("bias_ih", Role.INPUT_BIAS, H));
    }

    @Override
    public void forward(int block, Unit s) {
        float a = s.a(0) + s.p(0) * s.hPrev();
        s.h(relu ? Math.max(0, a) : (float) Math.tanh(a));
    }

    @Override
    public void backward(int block, Unit s) {
        float h = s.h();
        float slope = relu ? h > 0 ? 1 : 0 : 1 - h * h;
        float da = s.dh() * slope;
        s.a(0, da);
        s.a(1, da * s.hPrev()); // of u
        s.direct(da * s.p(0));
    }

    @Override
    public Optional<CellKernel> kernel(CellKernels kernels) {
        return relu ? kernels.indRnnRelu() : kernels.indRnnTanh();
    }
}
