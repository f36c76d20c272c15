package dev.carousel.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carousel.cell.ElementwiseCell;
import dev.carousel.cell.StatePart;
import dev.carousel.cell.Unit;
import dev.carousel.interop.onnx.OnnxFiles;
import dev.carousel.interop.pytorch.StateFile;
import dev.carousel.kernel.Team;
import dev.carousel.model.SafeTensors;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of other programs and a cell that they do not know: its states go by its parts, and ONNX says that it has none. */
class OwnCellFilesTest {

    private static final int D = 3;
    private static final int H = 4;
    private static final int N = 2;

    @TempDir
    Path folder = Path.of("");

    private final NetworkSpec spec =
            NetworkSpec.of(Recurrent.of(new Weighted(), D, H).withLayers(3));
    private final Network network = Network.initialised(spec, new SplittableRandom(1));

    /** h = c / n of sums that fade, and m the largest candidate so far. */
    private record Weighted() implements ElementwiseCell {

        @Override
        public String kind() {
            return "weighted";
        }

        @Override
        public int gates() {
            return 1;
        }

        @Override
        public List<StatePart> state(int H) {
            return List.of(
                    StatePart.h(H),
                    new StatePart("c", H, 0),
                    new StatePart("n", H, 1),
                    new StatePart("m", H, Float.NEGATIVE_INFINITY));
        }

        @Override
        public void forward(int block, Unit u) {
            u.a(0, (float) Math.tanh(u.a(0) + u.g(0)));
            u.c(0, u.cPrev(0) / 2 + u.a(0));
            u.c(1, u.cPrev(1) / 2 + 1);
            u.c(2, Math.max(u.cPrev(2), u.a(0)));
            u.h(u.c(0) / u.c(1));
        }

        @Override
        public void backward(int block, Unit u) {
            float dc = u.dc(0) + u.dh() / u.c(1);
            float dn = u.dc(1) - u.dh() * u.c(0) / (u.c(1) * u.c(1));
            boolean larger = u.a(0) > u.cPrev(2);
            float da = dc + (larger ? u.dc(2) : 0);
            u.a(0, da * (1 - u.a(0) * u.a(0)));
            u.dc(0, dc / 2);
            u.dc(1, dn / 2);
            u.dc(2, larger ? 0 : u.dc(2));
        }
    }

    private State after(Sequence x, State state) {
        network.tape(Team.single()).forward(x, state);
        return state;
    }

    private static Sequence random(int steps) {
        Sequence x = Sequence.zeros(steps, N, D);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < x.data().length; i++) {
            x.data()[i] = (float) random.nextGaussian();
        }
        return x;
    }

    @Test
    void everyPartOfItsStateIsWrittenAndReadBack() {
        Path file = folder.resolve("state.safetensors");
        for (State state : List.of(after(random(5), network.freshState(N)), network.freshState(N))) {
            StateFile.write(file, spec, state);
            try (SafeTensors tensors = SafeTensors.open(file)) {
                assertThat(tensors.tensors().keySet()).containsExactlyInAnyOrder("hn", "cn", "nn", "mn");
                for (SafeTensors.Tensor tensor : tensors.tensors().values()) {
                    assertThat(tensor.shape()).containsExactly(3L, (long) N, (long) H);
                }
                float[] m = tensors.floats("mn");
                for (int layer = 0; layer < 3; layer++) {
                    assertThat(m[layer * N * H]).isEqualTo(state.get(layer, "m").get(0, 0));
                }
            }
            assertThat(StateFile.read(file, spec, N).values()).isEqualTo(state.values());
        }
    }

    @Test
    void statesAreReadUnderTheNamesOfInputs() {
        State state = after(random(5), network.freshState(N));
        Parameters.Layout layout = new Parameters.Layout();
        List<String> names = List.of("m", "h", "n", "c");
        names.forEach(name -> layout.add(name + "0", 3, N, H));
        Parameters tensors = layout.zeros();
        for (String name : names) {
            float[] all = new float[3 * N * H];
            for (int layer = 0; layer < 3; layer++) {
                var matrix = state.get(layer, name);
                System.arraycopy(matrix.data(), matrix.offset(), all, layer * N * H, N * H);
            }
            tensors.set(name + "0", all);
        }
        Path file = folder.resolve("before.safetensors");
        SafeTensors.write(file, Map.of(), tensors);
        assertThat(StateFile.read(file, spec, N).values()).isEqualTo(state.values());
    }

    @Test
    void aPartThatIsMissingIsNamed() {
        NetworkSpec lstm = NetworkSpec.of(Recurrent.lstm(D, H).withLayers(3));
        Path file = folder.resolve("lstm.safetensors");
        StateFile.write(file, lstm, State.fresh(lstm, N));
        assertThatThrownBy(() -> StateFile.read(file, spec, N))
                .isInstanceOf(InteropException.class)
                .hasMessageContainingAll("there is no tensor \"nn\" [3, 2, 4]", "which the network's state needs");
    }

    @Test
    void aStackOfAnotherCellHasTensorsOfItsOwn() {
        NetworkSpec both = NetworkSpec.of(
                Recurrent.of(new Weighted(), D, H).withName("own"),
                Recurrent.lstm(H, H).withName("lstm"));
        Path file = folder.resolve("both.safetensors");
        StateFile.write(file, both, State.fresh(both, N));
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(tensors.tensors().keySet())
                    .containsExactlyInAnyOrder("own.hn", "own.cn", "own.nn", "own.mn", "lstm.hn", "lstm.cn");
        }
        assertThat(StateFile.read(file, both, N).values())
                .isEqualTo(State.fresh(both, N).values());
    }

    @Test
    void onnxHasNoOperatorForIt() {
        Path file = folder.resolve("own.onnx");
        assertThatThrownBy(() -> OnnxFiles.write(network, file))
                .isInstanceOf(InteropException.class)
                .hasMessageContainingAll(
                        "The layer rnn has cells of the kind 'weighted', for which ONNX has no operator",
                        "RNN, GRU and LSTM",
                        "Write Carousel's own format instead");
        assertThat(Files.exists(file)).isFalse();
    }
}
