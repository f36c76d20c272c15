package dev.carousel.interop.keras;

import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;

/** Networks run on arrays as Keras has them, [N, T, D], batch first. */
final class Runs {

    private Runs() {}

    /** 0, 1, 2, ... as Keras' tests write their sequences. */
    static Sequence arange(int N, int T, int D) {
        float[] numbers = new float[N * T * D];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        return (Sequence) timeMajor(NumpyArray.of(numbers, N, T, D));
    }

    /** [N, T, D], or ids [N, T], as a batch. */
    static SequenceBatch timeMajor(NumpyArray x) {
        int N = x.shape().get(0);
        int T = x.shape().get(1);
        if (x.rank() == 2) {
            return Tokens.of(x.transposed(1, 0).ints(), T, N);
        }
        int D = x.shape().get(2);
        return Sequence.of(x.transposed(1, 0, 2).floats(), T, N, D);
    }

    /** The output from the fresh state. */
    static Sequence run(Network network, SequenceBatch x) {
        return run(network, x, network.freshState(x.batchSize()));
    }

    /** The output from a state, which becomes the final one. */
    static Sequence run(Network network, SequenceBatch x, State state) {
        return network.tape(Team.single()).forward(x, state);
    }

    /** The numbers of one sequence, step after step. */
    static float[] sequence(Sequence y, int n) {
        float[] numbers = new float[y.steps() * y.size()];
        for (int t = 0; t < y.steps(); t++) {
            for (int j = 0; j < y.size(); j++) {
                numbers[t * y.size() + j] = y.get(t, n, j);
            }
        }
        return numbers;
    }
}
