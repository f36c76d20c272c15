package dev.carousel.online;

import dev.carousel.cell.WeightPart;
import dev.carousel.cell.WeightPart.Role;
import dev.carousel.spec.LayerParts;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a network with the matrices of its recurrent layers transposed in place: what multiplies one number that is
 * read lies in a row, as single steps of one sequence and their gradients go through it. For networks that run forward in time.
 */
final class TransposedWeights {

    private TransposedWeights() {}

    /** A copy with a row for each number that is read. */
    static Parameters of(NetworkSpec spec, Parameters parameters) {
        Parameters copy = parameters.copy();
        for (Slice matrix : matrices(spec, parameters)) {
            int rows = matrix.rows();
            transpose(parameters.values(), copy.values(), matrix.offset(), rows, matrix.size() / rows);
        }
        return copy;
    }

    /** The way back. */
    static Parameters back(NetworkSpec spec, Parameters transposed) {
        Parameters copy = transposed.copy();
        for (Slice matrix : matrices(spec, transposed)) {
            int cols = matrix.rows();
            transpose(transposed.values(), copy.values(), matrix.offset(), matrix.size() / cols, cols);
        }
        return copy;
    }

    private static List<Slice> matrices(NetworkSpec spec, Parameters parameters) {
        List<Slice> all = new ArrayList<>();
        for (LayerSpec.Recurrent stack : spec.stacks()) {
            for (int layer = 0; layer < stack.layers(); layer++) {
                for (WeightPart weight : LayerParts.weights(stack, layer)) {
                    if (weight.role() == Role.INPUT || weight.role() == Role.RECURRENT) {
                        all.add(parameters.slice(stack.parameterName(weight.name(), layer, 0)));
                    }
                }
            }
        }
        return all;
    }

    private static void transpose(float[] from, float[] to, int at, int rows, int cols) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                to[at + j * rows + i] = from[at + i * cols + j];
            }
        }
    }
}
