/**
 * Recurrent neural networks: RNN, LSTM and GRU, trained, their gradients proven, and run one event at a time.
 *
 * <p>Begin here:
 *
 * <table>
 *   <caption>where to begin</caption>
 *   <tr><td>describe a network</td><td>{@link dev.carousel.spec.NetworkSpec}, {@link dev.carousel.spec.LayerSpec}</td></tr>
 *   <tr><td>train it</td><td>{@link dev.carousel.train.Trainer}, {@link dev.carousel.train.TrainingPlan}; batches:
 *     {@link dev.carousel.train.Examples}, {@link dev.carousel.train.Windows}</td></tr>
 *   <tr><td>save and load it</td><td>{@link dev.carousel.model.Model}</td></tr>
 *   <tr><td>run it on whole sequences</td><td>{@link dev.carousel.network.PackedNetwork}</td></tr>
 *   <tr><td>run it one event at a time</td><td>{@link dev.carousel.stream.Session}; for thousands of streams
 *     {@link dev.carousel.stream.Stepper}</td></tr>
 *   <tr><td>learn while a stream runs</td><td>{@link dev.carousel.online.OnlineLearner}</td></tr>
 *   <tr><td>read labels out of sequences without alignment</td><td>{@link dev.carousel.loss.CtcLoss},
 *     {@link dev.carousel.decoding.CtcDecoder}</td></tr>
 *   <tr><td>write your own training loop</td><td>{@link dev.carousel.network.Tape}: {@code forward} keeps what a backward
 *     pass needs, {@code infer} does not</td></tr>
 *   <tr><td>read the equations</td><td>{@link dev.carousel.cell.Lstm}, {@link dev.carousel.reference.LstmReference}</td></tr>
 *   <tr><td>prove your own cell</td><td>{@link dev.carousel.check.StandardChecks}</td></tr>
 * </table>
 *
 * <p>Words that are ours: a {@link dev.carousel.spec.Parameterless} layer has no weights (dropout, softmax, a mean over steps;
 * {@code Elementwise} is an activation); a {@link dev.carousel.spec.Slice} is one named parameter within the array of all;
 * {@link dev.carousel.optim.Descent} is an optimiser at work on such an array.
 *
 * <p>Packages from bottom to top; each uses only those before it: tensor, kernel, cell, spec, network, loss, decoding, optim,
 * train, model, stream, online, reference, check. Between spec and network stands layer, which is not exported.
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
    exports dev.carousel.decoding;
    exports dev.carousel.optim;
    exports dev.carousel.train;
    exports dev.carousel.train.search;
    exports dev.carousel.model;
    exports dev.carousel.stream;
    exports dev.carousel.online;
    exports dev.carousel.reference;
    exports dev.carousel.reference.cell;
    exports dev.carousel.reference.language;
    exports dev.carousel.reference.online;
    exports dev.carousel.reference.sequence;
    exports dev.carousel.check;

    // JSON is no part of the public interface.
    exports dev.carousel.json to
            dev.carousel.cli,
            dev.carousel.data,
            dev.carousel.report,
            dev.carousel.server;

    uses dev.carousel.cell.CellProvider;
    uses dev.carousel.kernel.KernelProvider;
}
