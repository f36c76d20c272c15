package dev.carousel.kernel;

import java.util.Optional;

/**
 * The fast kernels of cells that bring their scalar equations with them; empty where there is none.
 *
 * @param indRnnRelu of the independently recurrent network with ReLU
 * @param indRnnTanh of that with tanh
 * @param mgu of the minimal gated unit
 * @param minGru of the minimal GRU
 * @param minLstm of the minimal LSTM
 * @param sru of the simple recurrent unit
 * @param slstm of the LSTM with exponential gates
 * @param rgLru of the real-gated linear recurrent unit
 * @param layerNormLstm of the LSTM with layer normalisation
 */
public record CellKernels(
        Optional<CellKernel> indRnnRelu,
        Optional<CellKernel> indRnnTanh,
        Optional<CellKernel> mgu,
        Optional<CellKernel> minGru,
        Optional<CellKernel> minLstm,
        Optional<CellKernel> sru,
        Optional<CellKernel> slstm,
        Optional<CellKernel> rgLru,
        Optional<CellKernel> layerNormLstm) {

    /** None: every cell computes by its own equations. */
    public static final CellKernels NONE = new CellKernels(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
}
