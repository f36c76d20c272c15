package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.cell.StatePart;
import dev.carousel.interop.InteropException;
import dev.carousel.model.ModelException;
import dev.carousel.model.SafeTensors;
import dev.carousel.network.State;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Matrix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * States of a network from and to safetensors files, as PyTorch orders them.
 *
 * <pre>{@code
 * h0, hn    [layers x directions, N, H]; P instead of H where there is a projection
 * c0, cn    [layers x directions, N, H], where the cells are LSTMs
 * m0, mn    [layers x directions, N, size], where cells of your own have a part m of their state; and so on
 * }</pre>
 *
 * <p>Read are {@code h0} and {@code c0}, or {@code hn} and {@code cn} of a file that was written; written are the latter.
 * Index layer x directions + direction, as PyTorch has it; a network of several recurrent modules has one after the other. If
 * their states are of different sizes, each has tensors of its own, named {@code <module>.h0} and so on.
 */
public final class StateFile {

    /** A part of the state: where its numbers are, and in which tensor of the file they stand. */
    private record Part(Matrix matrix, String tensor, int index) {}

    private StateFile() {}

    /** The parts of a state and their places in a file; {@code suffix} is 0 or n. */
    private static List<Part> parts(NetworkSpec spec, State state, String suffix) {
        List<Recurrent> layers = spec.layers().stream()
                .filter(Recurrent.class::isInstance)
                .map(Recurrent.class::cast)
                .toList();
        boolean alike = layers.stream().map(StateFile::namesAndSizes).distinct().count() == 1;
        List<Part> parts = new ArrayList<>();
        Map<String, Integer> next = new LinkedHashMap<>();
        int part = 0;
        for (Recurrent layer : layers) {
            String prefix = alike || layer.name().isEmpty() ? "" : layer.name() + ".";
            for (int i = 0; i < layer.layers() * layer.directions(); i++, part++) {
                for (StatePart named : state.named(part)) {
                    String tensor = prefix + named.name() + suffix;
                    int index = next.merge(tensor, 1, Integer::sum) - 1;
                    parts.add(new Part(state.get(part, named.name()), tensor, index));
                }
            }
        }
        return parts;
    }

    private static Map<String, Integer> namesAndSizes(Recurrent layer) {
        Map<String, Integer> parts = new LinkedHashMap<>();
        LayerParts.state(layer).forEach(part -> parts.put(part.name(), part.size()));
        return parts;
    }

    /**
     * Reads the initial state of a batch.
     *
     * @param spec the network
     * @param batchSize N
     * @throws InteropException if the file is damaged, or its tensors are not those of the network and batch
     */
    public static State read(Path file, NetworkSpec spec, int batchSize) {
        State state = State.zeros(spec, batchSize);
        try (StateDict tensors = StateDict.ofSafeTensors(file)) {
            boolean written = tensors.weights().keySet().stream().anyMatch(name -> name.endsWith("hn"))
                    && tensors.weights().keySet().stream().noneMatch(name -> name.endsWith("h0"));
            List<Part> parts = parts(spec, state, written ? "n" : "0");
            Map<String, float[]> read = new LinkedHashMap<>();
            for (Part part : parts) {
                float[] numbers = read.computeIfAbsent(part.tensor(), name -> numbers(tensors, name, parts, batchSize));
                Matrix to = part.matrix();
                int size = to.rows() * to.cols();
                System.arraycopy(numbers, part.index() * size, to.data(), to.offset(), size);
            }
            for (String name : tensors.weights().keySet()) {
                if (!read.containsKey(name)) {
                    throw new InteropException(file + ": tensor " + quoted(name)
                            + " is no state of the network, whose state is " + read.keySet() + ".");
                }
            }
        }
        return state;
    }

    private static float[] numbers(StateDict tensors, String name, List<Part> parts, int batchSize) {
        List<Part> same =
                parts.stream().filter(part -> part.tensor().equals(name)).toList();
        List<Long> expected = List.of((long) same.size(), (long) batchSize, (long)
                same.get(0).matrix().cols());
        Weight found = tensors.weights().get(name);
        if (found == null) {
            throw new InteropException(tensors.file() + ": there is no tensor " + quoted(name) + " " + expected
                    + ", which the network's state needs; the file has "
                    + tensors.weights().keySet() + ".");
        }
        boolean one = batchSize == 1 && found.shape().equals(List.of(expected.get(0), expected.get(2)));
        if (!one && !found.shape().equals(expected)) {
            throw new InteropException(tensors.file() + ": tensor " + quoted(name) + " is " + found.shape()
                    + ", but the network needs " + expected
                    + ": layers x directions, sequences, units. Is it the state of"
                    + " another network or batch?");
        }
        if (!found.isFloat()) {
            throw new InteropException(tensors.file() + ": tensor " + quoted(name) + " is of the type " + found.type()
                    + "; a state is of floats.");
        }
        return found.floats();
    }

    /**
     * Writes the final state of a batch, atomically.
     *
     * @throws InteropException if the network has no state, the batch is empty, or the file cannot be written
     */
    public static void write(Path file, NetworkSpec spec, State state) {
        List<Part> parts = parts(spec, state, "n");
        if (parts.isEmpty() || state.batchSize() == 0) {
            throw new InteropException(file + ": there is no state to write: the network has " + parts.size()
                    + " recurrent layers and the batch " + state.batchSize() + " sequences.");
        }
        Parameters.Layout layout = new Parameters.Layout();
        parts.stream().filter(part -> part.index() == 0).forEach(first -> {
            long count = parts.stream()
                    .filter(part -> part.tensor().equals(first.tensor()))
                    .count();
            layout.add(
                    first.tensor(),
                    (int) count,
                    first.matrix().rows(),
                    first.matrix().cols());
        });
        Parameters tensors = layout.zeros();
        for (Part part : parts) {
            Slice slice = tensors.slice(part.tensor());
            Matrix from = part.matrix();
            int size = from.rows() * from.cols();
            System.arraycopy(from.data(), from.offset(), tensors.values(), slice.offset() + part.index() * size, size);
        }
        try {
            SafeTensors.write(file, Map.of("format", "pt"), tensors);
        } catch (ModelException e) {
            throw new InteropException(String.valueOf(e.getMessage()), e);
        }
    }
}
