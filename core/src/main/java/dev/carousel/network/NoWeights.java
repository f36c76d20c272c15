package dev.carousel.network;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.spec.Parameterless;
import dev.carousel.spec.Parameters;

/** The weights of a layer that has none. */
final class NoWeights implements LayerWeights {

    private final Parameterless spec;
    private final int layer;

    /** Of one of the layers of a network, counted from 0. */
    NoWeights(Parameterless spec, int layer) {
        this.spec = spec;
        this.layer = layer;
    }

    @Override
    public void packForward(Parameters parameters, int part, int parts) {
        // It has none.
    }

    @Override
    public void packBackward(Parameters parameters, int part, int parts) {
        // It has none.
    }

    @Override
    public LayerPass pass(Kernels kernels, Team team) {
        if (spec instanceof Parameterless.Elementwise elementwise) {
            return new ElementwisePass(elementwise, team);
        } else if (spec instanceof Parameterless.Drop drop) {
            return new DropPass(drop, layer, team);
        } else if (spec instanceof Parameterless.Masking masking) {
            return new MaskingPass(masking);
        } else if (spec instanceof Parameterless.Mean mean) {
            return new MeanPass(mean);
        }
        return new SoftmaxPass(spec.size(), spec instanceof Parameterless.LogSoftmax, team);
    }
}
