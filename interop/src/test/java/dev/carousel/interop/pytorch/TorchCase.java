package dev.carousel.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.interop.ImportOptions;
import dev.carousel.interop.numpy.NpzFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.kernel.Nonlinearity;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Matrix;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/** A network of make_networks.py and what PyTorch computed with it. */
record TorchCase(Path file, Map<String, NumpyArray> numbers) {

    private static final double OUTPUT_TOLERANCE = 1e-5;
    private static final double GRADIENT_TOLERANCE = 1e-4;

    static TorchCase of(Path file) {
        String name = file.getFileName().toString();
        return new TorchCase(file, NpzFile.read(file.resolveSibling(name.replaceAll("\\.[^.]*$", ".npz"))));
    }

    ImportOptions options() {
        boolean relu = numbers.containsKey("relu") && array("relu").ints()[0] == 1;
        return relu ? ImportOptions.defaults().withNonlinearity(Nonlinearity.RELU) : ImportOptions.defaults();
    }

    private NumpyArray array(String name) {
        return Objects.requireNonNull(numbers.get(name), name);
    }

    private SequenceBatch input() {
        int[] lengths = array("lengths").ints();
        if (numbers.containsKey("ids")) {
            NumpyArray ids = array("ids");
            return Tokens.of(ids.ints(), ids.shape().get(0), ids.shape().get(1)).withLengths(lengths);
        }
        return sequence("x").withLengths(lengths);
    }

    private Sequence sequence(String name) {
        NumpyArray array = array(name);
        return Sequence.of(
                array.floats(),
                array.shape().get(0),
                array.shape().get(1),
                array.shape().get(2));
    }

    private State state(Network network, String h, String c) {
        State state = network.freshState(array(h).shape().get(1));
        for (int part = 0; part < state.parts(); part++) {
            copy(array(h), part, state.h(part));
            if (state.hasCellState(part)) {
                copy(array(c), part, state.c(part));
            }
        }
        return state;
    }

    private static void copy(NumpyArray from, int part, Matrix to) {
        float[] values = from.floats();
        for (int n = 0; n < to.rows(); n++) {
            for (int j = 0; j < to.cols(); j++) {
                to.set(n, j, values[(part * to.rows() + n) * to.cols() + j]);
            }
        }
    }

    private static float[] flat(State state, boolean cell) {
        float[] all = new float[0];
        for (int part = 0; part < state.parts(); part++) {
            Matrix matrix = cell ? state.c(part) : state.h(part);
            int at = all.length;
            all = Arrays.copyOf(all, at + matrix.rows() * matrix.cols());
            for (int n = 0; n < matrix.rows(); n++) {
                for (int j = 0; j < matrix.cols(); j++) {
                    all[at++] = matrix.get(n, j);
                }
            }
        }
        return all;
    }

    /** Runs the network forward and backward, and compares everything with PyTorch. */
    Network requireEqual() {
        Network network = PyTorchFiles.read(file, options());
        Tape tape = network.tape(Team.single());
        State state = state(network, "h0", "c0");
        Sequence y = tape.forward(input(), state);
        assertClose("y", y.data(), OUTPUT_TOLERANCE, false);
        assertClose("hn", flat(state, false), OUTPUT_TOLERANCE, false);
        boolean cell = numbers.containsKey("cn");
        if (cell) {
            assertClose("cn", flat(state, true), OUTPUT_TOLERANCE, false);
        }
        Parameters gradient = network.parameters().zerosLike();
        State dState = state(network, "dhn", "dcn");
        Sequence dY = sequence("dy").withLengths(array("lengths").ints());
        tape.backward(dY, dState, gradient);
        gradient.slices()
                .forEach(slice ->
                        assertClose("grad/" + slice.name(), gradient.get(slice.name()), GRADIENT_TOLERANCE, true));
        if (numbers.containsKey("dx")) {
            assertClose("dx", tape.inputGradient().data(), GRADIENT_TOLERANCE, true);
        }
        assertClose("dh0", flat(dState, false), GRADIENT_TOLERANCE, true);
        if (cell) {
            assertClose("dc0", flat(dState, true), GRADIENT_TOLERANCE, true);
        }
        return network;
    }

    /** Compares; relative means to the largest number of PyTorch's. */
    private void assertClose(String name, float[] found, double tolerance, boolean relative) {
        double[] expected = array(name).doubles();
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(found[i] - expected[i]));
            largest = Math.max(largest, Math.abs(expected[i]));
            assertThat(found[i]).as("%s of %s, number %d", name, file, i).isFinite();
        }
        assertThat(worst)
                .as("the largest difference of %s of %s", name, file)
                .isLessThanOrEqualTo(relative ? tolerance * largest : tolerance);
    }
}
