package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import java.util.List;

/** One tensor of a file of weights: what the file says of it, and its numbers when they are asked for. */
interface Weight {

    /** Its dimensions; none for a single number. */
    List<Long> shape();

    /** The type of its elements, as PyTorch calls it. */
    String type();

    /** Whether its elements can be read as floats. */
    boolean isFloat();

    /**
     * Announces that its numbers will be asked for, before anything is allocated for them.
     *
     * @throws dev.carousel.interop.InteropException if they, and those announced before, are far more than the file is long
     */
    default void reserve() {
        // A tensor that lies in the file as it is cannot be larger than the file.
    }

    /**
     * Its numbers as floats, row-major.
     *
     * @throws dev.carousel.interop.InteropException if they cannot be read
     */
    float[] floats();

    /** The tensor in words, for errors. */
    static String describe(String name, Weight weight) {
        return "tensor " + quoted(name) + " " + weight.shape();
    }
}
