package dev.carousel.cli.timing;

import java.util.Arrays;
import java.util.List;

/**
 * The sizes of one recurrent layer at work.
 *
 * @param steps T
 * @param batchSize N
 * @param inputSize D
 * @param hiddenSize H
 */
public record Shape(int steps, int batchSize, int inputSize, int hiddenSize) {

    /** The shapes on which layers are compared. */
    public static final List<Shape> GRID = List.of(
            new Shape(1, 1, 32, 64),
            new Shape(1, 1, 128, 256),
            new Shape(50, 1, 64, 128),
            new Shape(20, 16, 64, 64),
            new Shape(100, 50, 65, 128),
            new Shape(50, 32, 128, 128),
            new Shape(50, 64, 256, 256),
            new Shape(100, 64, 512, 512),
            new Shape(100, 128, 64, 1024));

    /**
     * From text such as {@code 50,64,256,256}: T, N, D, H.
     *
     * @throws IllegalArgumentException if it is not four numbers of at least 1
     */
    public static Shape parse(String text) {
        int[] sizes;
        try {
            sizes = Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
        } catch (NumberFormatException e) {
            sizes = new int[0];
        }
        if (sizes.length != 4 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(
                    "A shape is four numbers of at least 1, T,N,D,H: steps, sequences, inputs and"
                            + " units H, such as 50,64,256,256, not " + text + ".");
        }
        return new Shape(sizes[0], sizes[1], sizes[2], sizes[3]);
    }

    /** The way back from {@link #parse}. */
    public String text() {
        return steps + "," + batchSize + "," + inputSize + "," + hiddenSize;
    }

    /** Whether it is one step of one sequence. */
    public boolean single() {
        return steps == 1 && batchSize == 1;
    }

    /** The same layer on fewer steps and sequences. */
    public Shape atMost(int steps, int batchSize) {
        return new Shape(Math.min(this.steps, steps), Math.min(this.batchSize, batchSize), inputSize, hiddenSize);
    }

    /** For people: {@code T50 N64 D256 H256}. */
    @Override
    public String toString() {
        return "T" + steps + " N" + batchSize + " D" + inputSize + " H" + hiddenSize;
    }
}
