package dev.carousel.kernel;

/**
 * The kernels of variants of the usual cells: other activations, peepholes, coupled gates, clipping.
 *
 * @param lstm the LSTM's equations
 * @param gru the GRU's equations
 * @param rnn the plain cell's equations
 */
public record VariantKernels(LstmVariantKernel lstm, GruVariantKernel gru, RnnVariantKernel rnn) {}
