package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Gru;
import dev.carousel.cell.Lstm;
import dev.carousel.cell.Rnn;
import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InteropException;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.model.ModelException;
import dev.carousel.model.SafeTensors;
import dev.carousel.network.Network;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.ElementwiseAffine;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.Merge;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.Residual;
import dev.carousel.spec.Slice;
import dev.carousel.spec.TiedDense;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * PyTorch's files of weights: {@code .safetensors}, and the {@code .pt} and {@code .pth} of {@code torch.save}.
 *
 * <pre>{@code
 * torch.save(model.state_dict(), "model.pt")                                     in Python
 *
 * Network network = PyTorchFiles.read(Path.of("model.pt"), ImportOptions.defaults());
 * PyTorchFiles.write(network, Path.of("back.pt"));
 *
 * model.load_state_dict(torch.load("back.pt"))                                   in Python
 * }</pre>
 *
 * <p>Weights of a cell that PyTorch has no module for are read where the options name it.
 *
 * <p>Read are the weights of {@code nn.RNN}, {@code nn.LSTM} (with projections too), {@code nn.GRU}, their cells,
 * {@code nn.Embedding} and {@code nn.Linear}, of float32, float64, float16 or bfloat16. The network is inferred from their
 * names and shapes; what these cannot tell, {@link ImportOptions} say. A recurrent layer keeps the name of its module, and a
 * bare one has none, so that what is written bears the names that were read.
 */
public final class PyTorchFiles {

    private PyTorchFiles() {}

    /**
     * Reads a network.
     *
     * @param options the nonlinearity of plain RNNs, the order of the modules and the functions between them, where they
     *     are not as usual
     * @throws InteropException if the file is damaged, would call anything, or holds what Carousel has no layer for
     */
    public static Network read(Path file, ImportOptions options) {
        try (StateDict dict = StateDict.open(file, options)) {
            Architecture architecture = Architecture.of(dict, options);
            architecture
                    .sources()
                    .values()
                    .forEach(source -> dict.weight(source).reserve());
            Parameters parameters = architecture.spec().zeroParameters();
            architecture
                    .sources()
                    .forEach((parameter, source) -> fill(dict, source, parameters, parameters.slice(parameter)));
            architecture.made().forEach((parameter, numbers) -> parameters.set(parameter, numbers.get()));
            return Network.of(architecture.spec(), parameters);
        }
    }

    private static void fill(StateDict dict, String source, Parameters parameters, Slice slice) {
        float[] numbers = dict.finite(source, dict.weight(source).floats());
        parameters.set(slice.name(), numbers);
    }

    /**
     * Writes the weights of a network, by its layers' names, for {@code load_state_dict}: safetensors if the file ends so,
     * else as {@code torch.save} does. What is no weight (functions, dropout, one-hot input) is the module's own.
     *
     * @throws InteropException if PyTorch has no module for a layer, or the file cannot be written
     */
    public static void write(Network network, Path file) {
        network.spec().layers().forEach(layer -> requireKnown(file, layer));
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
            try {
                SafeTensors.write(file, Map.of("format", "pt"), network.parameters());
            } catch (ModelException e) {
                throw new InteropException(String.valueOf(e.getMessage()), e);
            }
        } else {
            TorchWriter.write(file, network.parameters());
        }
    }

    private static void requireKnown(Path file, LayerSpec layer) {
        if (layer instanceof EncoderDecoder pair) {
            Stream.of(pair.encoder(), pair.decoder(), pair.head())
                    .flatMap(part -> part.layers().stream())
                    .forEach(part -> requireKnown(file, part));
        }
        if (layer instanceof ElementwiseAffine) {
            throw new InteropException(file + ": layer " + quoted(layer.name())
                    + " is an affine map of each number, for which PyTorch has no module. Write ONNX or Carousel's own format"
                    + " instead.");
        }
        if (layer instanceof CrfScores) {
            throw new InteropException(file + ": layer " + quoted(layer.name())
                    + " has the scores of a conditional random field, for which PyTorch has no module. Write ONNX or Carousel's"
                    + " own format instead.");
        }
        if (layer instanceof TiedDense) {
            throw new InteropException(file + ": layer " + quoted(layer.name())
                    + " shares the table of the embedding, so the file would have no weight of that name, which PyTorch's Linear"
                    + " wants. Write ONNX or Carousel's own format instead.");
        }
        if (!(layer instanceof Recurrent recurrent)) {
            return;
        }
        Cell cell = recurrent.cell();
        List<Cell> known = List.of(Lstm.STANDARD, Gru.STANDARD, new Rnn(Nonlinearity.TANH), new Rnn(Nonlinearity.RELU));
        if (!known.contains(cell)) {
            throw new InteropException(file + ": layer " + quoted(recurrent.name()) + " is a " + cell.kind() + " "
                    + cell.variant()
                    + ", for which PyTorch has no module: it has RNN with tanh or relu, the usual LSTM,"
                    + " and GRU with the reset after the product. Write "
                    + (cell instanceof Lstm || cell instanceof Gru || cell instanceof Rnn ? "ONNX or " : "")
                    + "Carousel's own format instead.");
        }
        boolean asInTorch =
                recurrent.merge() == Merge.CONCATENATE && (recurrent.bidirectional() || !recurrent.reversed(0));
        if (!asInTorch) {
            throw new InteropException(file + ": layer " + quoted(recurrent.name())
                    + " reads backward only, or merges its directions by " + recurrent.merge()
                    + "; PyTorch's modules read forward, or in both directions with the outputs side by side. Write ONNX"
                    + " or Carousel's own format instead.");
        }
        requireAsInTorch(file, recurrent);
    }

    /** What training alone does is the program's own affair, but not what changes the numbers afterwards. */
    private static void requireAsInTorch(Path file, Recurrent recurrent) {
        Regularisation noise = recurrent.regularisation();
        if (noise.zoneout()) {
            throw new InteropException(file + ": layer " + quoted(recurrent.name()) + " has zoneout, "
                    + noise.zoneoutHidden() + " of h and " + noise.zoneoutCell()
                    + " of c, which mixes the states outside training too; PyTorch's modules cannot. Write Carousel's own"
                    + " format instead.");
        }
        if (recurrent.residual() != Residual.NONE) {
            throw new InteropException(file + ": layer " + quoted(recurrent.name())
                    + " has residual connections between its layers, which PyTorch's modules have not. Write ONNX or"
                    + " Carousel's own format instead.");
        }
    }
}
