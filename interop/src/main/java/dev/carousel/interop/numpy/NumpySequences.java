package dev.carousel.interop.numpy;

import dev.carousel.interop.InteropException;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Arrays;
import java.util.Optional;

/**
 * Batches of sequences from and to NumPy's arrays.
 *
 * <p>A network that reads vectors takes [T, N, D], or one sequence [T, D]; one that reads ids takes [T, N] or [T], of any
 * type whose numbers are whole. T steps, N sequences, D numbers a step.
 */
public final class NumpySequences {

    private NumpySequences() {}

    /** Which axis of an array comes first. */
    public enum Layout {
        /** Time first: [T, N, D], as PyTorch has it without {@code batch_first}. */
        TND,
        /** The batch first: [N, T, D], as PyTorch has it with {@code batch_first=True}, and Keras. */
        NTD
    }

    /**
     * A batch as a network reads it.
     *
     * @param name what errors call the array
     * @param lengths [N], the steps of each sequence that count; all if not given
     * @throws InteropException if the array or the lengths do not fit the network
     */
    public static SequenceBatch batch(
            String name, NumpyArray array, Layout layout, Optional<NumpyArray> lengths, NetworkSpec spec) {
        int rank = spec.readsIds() ? 2 : 3;
        if (array.rank() != rank && array.rank() != rank - 1) {
            String expected = spec.readsIds()
                    ? "ids " + (layout == Layout.TND ? "[T, N] or [T]" : "[N, T] or [T]")
                    : "vectors " + (layout == Layout.TND ? "[T, N, D] or [T, D]" : "[N, T, D] or [T, D]");
            throw new InteropException(name + ": the array is " + array.shape() + ", but the network reads " + expected
                    + (spec.readsIds() ? "" : " with D = " + spec.inputSize())
                    + ". Is it for a model with another input?");
        }
        NumpyArray timeMajor = timeMajor(array, layout, rank);
        int T = timeMajor.shape().get(0);
        int N = timeMajor.shape().get(1);
        if (spec.readsIds()) {
            Tokens tokens = Tokens.of(timeMajor.ints(), T, N);
            return lengths.isPresent() ? tokens.withLengths(lengths(lengths.get(), T, N)) : tokens;
        }
        int D = timeMajor.shape().get(2);
        if (D != spec.inputSize()) {
            throw new InteropException(name + ": the array is " + array.shape() + ", so a step has " + D
                    + " numbers, but the network reads " + spec.inputSize()
                    + ". Was the model trained with other features?");
        }
        Sequence sequence = Sequence.of(timeMajor.floats(), T, N, D);
        return lengths.isPresent() ? sequence.withLengths(lengths(lengths.get(), T, N)) : sequence;
    }

    private static NumpyArray timeMajor(NumpyArray array, Layout layout, int rank) {
        if (array.rank() < rank) {
            int T = array.shape().get(0);
            return rank == 2
                    ? array.reshaped(T, 1)
                    : array.reshaped(T, 1, array.shape().get(1));
        }
        if (layout == Layout.TND) {
            return array;
        }
        return rank == 2 ? array.transposed(1, 0) : array.transposed(1, 0, 2);
    }

    private static int[] lengths(NumpyArray array, int T, int N) {
        if (array.rank() != 1 || array.size() != N) {
            throw new InteropException(
                    "The lengths are an array " + array.shape() + ", expected is [" + N + "], one for each sequence.");
        }
        int[] lengths = array.ints();
        for (int n = 0; n < N; n++) {
            if (lengths[n] < 0 || lengths[n] > T) {
                throw new InteropException("The length of sequence " + n + " is " + lengths[n] + ", but the input has "
                        + T + " steps; each length must be from 0 to " + T + ".");
            }
        }
        return lengths;
    }

    /**
     * An output as an array.
     *
     * @param like the array that was the input: if it held one sequence, so does the result
     * @param ids whether that array held ids
     * @return [T, N, D], [N, T, D] or [T, D]
     */
    public static NumpyArray array(Sequence y, Layout layout, NumpyArray like, boolean ids) {
        int size = y.steps() * y.batchSize() * y.size();
        float[] values = Arrays.copyOf(y.data(), size);
        NumpyArray array = NumpyArray.of(values, y.steps(), y.batchSize(), y.size());
        if (like.rank() == (ids ? 1 : 2)) {
            return array.reshaped(y.steps(), y.size());
        }
        return layout == Layout.TND ? array : array.transposed(1, 0, 2);
    }
}
