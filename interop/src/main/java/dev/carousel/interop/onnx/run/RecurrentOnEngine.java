package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.Tensor;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.spec.Direction;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A recurrent node in single precision: each direction is a network of one layer on Carousel's engine. Its weights are packed
 * once and kept, as long as the node gets the same ones.
 */
final class RecurrentOnEngine {

    /** What a node keeps between runs: its directions, packed, and what they were packed from. */
    record Packed(RecurrentForm form, RecurrentWeightTensors weights, List<PackedNetwork> directions) {

        Packed {
            directions = List.copyOf(directions);
        }
    }

    private RecurrentOnEngine() {}

    static Packed pack(RecurrentForm form, RecurrentInputs in, AtomicReference<Packed> kept) {
        Packed before = kept.get();
        if (before != null && before.form.equals(form) && before.weights.sameAs(in.weights())) {
            return before;
        }
        List<PackedNetwork> directions = new ArrayList<>();
        for (int direction = 0; direction < form.directions(); direction++) {
            directions.add(pack(form, in, direction));
        }
        Packed packed = new Packed(form, in.weights(), directions);
        kept.set(packed);
        return packed;
    }

    private static PackedNetwork pack(RecurrentForm form, RecurrentInputs in, int direction) {
        RecurrentWeightTensors weights = in.weights();
        Recurrent layer = Recurrent.of(
                        GateOrder.cell(form, direction, weights.hasPeepholes()),
                        in.x().dimension(2),
                        form.hiddenSize())
                .withBias(weights.hasBias())
                .withDirection(form.reversed(direction) ? Direction.BACKWARD : Direction.FORWARD);
        NetworkSpec spec = NetworkSpec.of(layer);
        Parameters parameters = spec.zeroParameters();
        GateOrder.read(weights, direction, new GateOrder.Place(layer, 0, 0, parameters));
        return Network.of(spec, parameters).pack();
    }

    /** Computes one direction's part of Y [T, directions, N, H], Y_h and Y_c [directions, N, H]. */
    static void run(Packed packed, RecurrentInputs in, int direction, Tensor y, Tensor yH, Tensor yC) {
        PackedNetwork network = packed.directions.get(direction);
        int T = in.x().dimension(0);
        int N = in.x().dimension(1);
        int size = N * packed.form.hiddenSize();
        State state = network.freshState(N);
        if (in.h0() != Call.LEFT_OUT) {
            System.arraycopy(
                    in.h0().floats(),
                    direction * size,
                    state.values(),
                    state.h(0).offset(),
                    size);
        }
        if (in.c0() != Call.LEFT_OUT) {
            System.arraycopy(
                    in.c0().floats(),
                    direction * size,
                    state.values(),
                    state.c(0).offset(),
                    size);
        }
        Sequence x = Sequence.of(in.x().floats(), T, N, in.x().dimension(2)).withLengths(in.lengths());
        Sequence output = network.tape(Team.single()).forward(x, state);
        for (int t = 0; t < T; t++) {
            int to = (t * packed.form.directions() + direction) * size;
            System.arraycopy(output.data(), output.offset(t, 0), y.floats(), to, size);
        }
        System.arraycopy(state.values(), state.h(0).offset(), yH.floats(), direction * size, size);
        if (state.hasCellState(0)) {
            System.arraycopy(state.values(), state.c(0).offset(), yC.floats(), direction * size, size);
        }
    }
}
