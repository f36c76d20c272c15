package dev.carousel.server.kserve;

import java.util.List;

/**
 * One tensor of a request.
 *
 * @param name of the input
 * @param type of its numbers
 * @param shape its sizes
 * @param numbers row by row; none of texts
 * @param texts of the type BYTES; else none
 */
// An array of its own; compared by nobody.
@SuppressWarnings("ArrayRecordComponent")
record InferenceTensor(String name, TensorType type, List<Long> shape, double[] numbers, List<String> texts) {

    /** How many numbers or texts it has. */
    int size() {
        return type == TensorType.BYTES ? texts.size() : numbers.length;
    }
}
