package dev.carousel.spark;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A sequence to learn from, and its target.
 *
 * <pre>{@code
 * Example.ofVectors(x, 3).withTarget(y, 1);          // T steps of 3 numbers, T (or the last K) steps of 1 number
 * Example.ofVectors(x, 3).withClasses(2);            // one class for the whole sequence; Steps.LAST
 * Example.ofIds(ids).withClasses(nextIds);           // a class for each step
 * }</pre>
 *
 * <p>Its arrays are not copied and must not change.
 *
 * @param steps T
 * @param vectors T x D numbers, step after step; empty where the network reads ids
 * @param ids T ids; empty where the network reads vectors
 * @param targetSteps T, or K where the loss looks at the last K steps
 * @param targets numbers, step after step; empty where the target is classes
 * @param classes one a target step; empty where the target is numbers
 */
// Arrays, since there are millions of them.
@SuppressWarnings("ArrayRecordComponent")
public record Example(int steps, float[] vectors, int[] ids, int targetSteps, float[] targets, int[] classes)
        implements Serializable {

    private static final float[] NO_NUMBERS = {};
    private static final int[] NO_IDS = {};

    /** Checks that there is one kind of input and at most one of target. */
    public Example {
        if (steps < 0 || targetSteps < 0 || (vectors.length > 0 && ids.length > 0)) {
            throw new IllegalArgumentException("Example: " + steps + " steps of " + vectors.length + " numbers and "
                    + ids.length + " ids; a sequence has numbers or ids.");
        }
        if (targets.length > 0 && classes.length > 0) {
            throw new IllegalArgumentException("Example: the target has " + targets.length + " numbers and "
                    + classes.length + " classes; it is one or the other.");
        }
    }

    /**
     * A sequence of vectors, as yet without a target.
     *
     * @param vectors T x size numbers, step after step
     * @param size how many numbers a step has
     * @throws IllegalArgumentException if they are not whole steps
     */
    public static Example ofVectors(float[] vectors, int size) {
        return new Example(wholeSteps("the sequence", vectors, size), vectors, NO_IDS, 0, NO_NUMBERS, NO_IDS);
    }

    /** A sequence of ids, as yet without a target. */
    public static Example ofIds(int... ids) {
        return new Example(ids.length, NO_NUMBERS, ids, 0, NO_NUMBERS, NO_IDS);
    }

    /**
     * The same with a target of numbers.
     *
     * @param numbers of each step, or of each of the last K
     * @param size how many numbers a step has
     * @throws IllegalArgumentException if they are not whole steps
     */
    public Example withTarget(float[] numbers, int size) {
        return new Example(steps, vectors, ids, wholeSteps("the target", numbers, size), numbers, NO_IDS);
    }

    /** The same with a target of classes: one for each step, or for each of the last K. */
    public Example withClasses(int... ofSteps) {
        return new Example(steps, vectors, ids, ofSteps.length, NO_NUMBERS, ofSteps);
    }

    private static int wholeSteps(String what, float[] numbers, int size) {
        if (size < 1 || numbers.length % size != 0) {
            throw new IllegalArgumentException("Example: " + what + " has " + numbers.length
                    + " numbers, which are not whole steps of " + size + ".");
        }
        return numbers.length / size;
    }

    /** 64 bits of its content, by which examples are put into an order that depends on nothing else. */
    long hash(long seed) {
        long hash = mixed(seed, steps);
        for (float number : vectors) {
            hash = mixed(hash, Float.floatToRawIntBits(number));
        }
        for (int id : ids) {
            hash = mixed(hash, id);
        }
        for (float number : targets) {
            hash = mixed(hash, Float.floatToRawIntBits(number));
        }
        for (int id : classes) {
            hash = mixed(hash, id);
        }
        return hash;
    }

    /** The finishing step of MurmurHash3 (Appleby), after each number. */
    private static long mixed(long hash, int number) {
        long mixed = (hash ^ number) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Example that
                && steps == that.steps
                && targetSteps == that.targetSteps
                && Arrays.equals(vectors, that.vectors)
                && Arrays.equals(ids, that.ids)
                && Arrays.equals(targets, that.targets)
                && Arrays.equals(classes, that.classes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash(0));
    }

    @Override
    public String toString() {
        return "Example[" + steps + " steps of " + (ids.length > 0 ? "ids" : vectors.length + " numbers in all") + ", "
                + targetSteps + " steps of " + (classes.length > 0 ? "classes" : targets.length + " numbers in all")
                + "]";
    }
}
