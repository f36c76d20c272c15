package dev.carousel.interop.onnx;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.InputAxes;
import dev.carousel.interop.InteropException;
import dev.carousel.interop.onnx.graph.OnnxBytes;
import dev.carousel.interop.onnx.network.NetworkReader;
import dev.carousel.interop.onnx.network.NetworkWriter;
import dev.carousel.interop.onnx.network.WriterTrial;
import dev.carousel.model.AtomicFile;
import dev.carousel.network.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * ONNX models as networks, in and out.
 *
 * <pre>{@code
 * Network network = OnnxFiles.read(Path.of("model.onnx"), ImportOptions.defaults());
 * OnnxFiles.write(network, Path.of("same.onnx"));
 * }</pre>
 */
public final class OnnxFiles {

    private static final long MOST_BYTES = 2_000_000_000;

    private OnnxFiles() {}

    /**
     * Reads a graph that is a chain of layers: an embedding or one-hot vectors, recurrent nodes, dense layers and activations,
     * with the shape operators between them. Axes may come time first or batch first; the network has time first. The graph's
     * initial and final states are those of the network, its sequence lengths those of a batch. Layers whose steps an exporter
     * wrote one after the other, for sequences of one length, become layers for any length.
     *
     * <p>Before it is given out the network is run on a few random steps, and must give what the graph gives.
     *
     * @param options {@code linearBeforeReset} overrides every GRU's; {@code notes} receives what looks wrong in the file
     * @throws InteropException if the file cannot be read, or is no such chain; the message names the node
     */
    public static Network read(Path file, ImportOptions options) {
        return naming(file, () -> NetworkReader.read(OnnxBytes.read(file), options));
    }

    /** What the graph says of its input's axes, and which of them is time. */
    static InputAxes inputAxes(Path file) {
        return naming(file, () -> NetworkReader.inputAxes(OnnxBytes.read(file)));
    }

    /** What is done with a file, whose name each error has. */
    static <T> T naming(Path file, Supplier<T> work) {
        try {
            return work.get();
        } catch (InteropException e) {
            String message = String.valueOf(e.getMessage());
            throw message.contains(file.toString()) ? e : new InteropException(file + ": " + message, e);
        }
    }

    /**
     * Writes a network as an ONNX model of version 17 of the operators, with any number of steps and sequences.
     *
     * <pre>{@code
     * in     input    [time, batch, D], or ids [time, batch] INT64
     *        lengths  [batch] INT32             optional: without it all steps count
     *        h0, c0   [parts, batch, H]         optional: zero without them
     * out    output   [time, batch, O]          0 beyond a sequence's length
     *        hn, cn   [parts, batch, H]         parts are layers x directions, as PyTorch orders them
     * }</pre>
     *
     * <p>Optional inputs are ONNX' only kind, initializers that are inputs too. ONNX Runtime lets a caller in Python, C, C++ or
     * C# override them, and notes in its log at loading that these are not constant; its API for Java does not take them: write
     * for it with {@link #writeAllRequired}. With several stacks of recurrent layers the states' names begin with the stack's:
     * {@code encoder.h0}. Dropout is left out. An LSTM's projection, which ONNX lacks, is multiplied into its weights. A
     * sequence of length 0 keeps its state here, while ONNX Runtime gives zeros. Masked steps are skipped wherever they are, as
     * in the network.
     *
     * <p>Before the file is moved to its place it is read again and run on a few random steps, and must give what the network
     * gives.
     *
     * @throws InteropException if ONNX has no form for a layer, the file would be larger than 2 GB, or it cannot be written
     */
    public static void write(Network network, Path file) {
        write(network, file, true);
    }

    /**
     * As {@link #write(Network, Path)}, but without defaults: lengths and initial states have to be given, which every API of
     * every runtime can do. A batch of 1 stands for all sequences: one length of 2³¹ - 1 says that all steps count, and zeros
     * [parts, 1, H] begin every sequence from zero.
     */
    public static void writeAllRequired(Network network, Path file) {
        write(network, file, false);
    }

    private static void write(Network network, Path file, boolean defaults) {
        long size = 4L * network.parameters().size();
        if (size > MOST_BYTES) {
            throw new InteropException(file + ": the network's parameters take " + size
                    + " bytes, but an ONNX file has at most 2 GB. Write a .safetensors file instead.");
        }
        byte[] bytes = naming(file, () -> {
            byte[] made = NetworkWriter.bytes(network, defaults);
            WriterTrial.requireEqual(network, made);
            return made;
        });
        try {
            AtomicFile.write(file, channel -> {
                ByteBuffer all = ByteBuffer.wrap(bytes);
                while (all.hasRemaining()) {
                    channel.write(all);
                }
            });
        } catch (IOException e) {
            throw new InteropException(String.valueOf(e.getMessage()), e);
        }
    }
}
