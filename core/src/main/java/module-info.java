/**
 * Recurrent neural networks: RNN, LSTM and GRU, trained, their gradients proven, and run one event at a time.
 *
 * <p>Packages from bottom to top; each uses only those before it: tensor, kernel, cell, spec, network, loss, optim, train,
 * model, stream, reference, check.
 */
@SuppressWarnings("module")
module dev.carousel.core {
    requires static org.jspecify;
    requires tools.jackson.core;

    exports dev.carousel.tensor;
    exports dev.carousel.kernel;
    exports dev.carousel.cell;
    exports dev.carousel.spec;
    exports dev.carousel.network;
    exports dev.carousel.loss;
    exports dev.carousel.optim;
    exports dev.carousel.train;
    exports dev.carousel.train.search;
    exports dev.carousel.model;
    exports dev.carousel.stream;
    exports dev.carousel.reference;
    exports dev.carousel.check;

    // JSON is no part of the public interface.
    exports dev.carousel.json to
            dev.carousel.cli,
            dev.carousel.report;

    uses dev.carousel.cell.CellProvider;
    uses dev.carousel.kernel.KernelProvider;
}
