package dev.carousel.online;

import dev.carousel.loss.Target;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.Tokens;

/** The target of one event, as a loss reads those of batches: room that is used again and again. */
final class OneTarget {

    private final Tokens label = Tokens.of(new int[1], 1, 1);
    private final Target labelTarget = Target.of(label);
    private Sequence numbers = Sequence.zeros(1, 1, 0);
    private Target numbersTarget = Target.of(numbers);

    /** Nothing yet. */
    OneTarget() {}

    /**
     * Numbers.
     *
     * @throws IllegalArgumentException if one is not finite
     */
    Target of(float[] target) {
        requireFinite("target", target);
        if (numbers.size() != target.length) {
            numbers = Sequence.zeros(1, 1, target.length);
            numbersTarget = Target.of(numbers);
        }
        System.arraycopy(target, 0, numbers.data(), 0, target.length);
        return numbersTarget;
    }

    /**
     * A class.
     *
     * @throws IllegalArgumentException if it is below 0, which a batch has for what does not count
     */
    Target of(int k, int classes) {
        if (k < 0) {
            throw new IllegalArgumentException(
                    "The target is the class " + k + " but must be 0 to " + (classes - 1) + ".");
        }
        label.set(0, 0, k);
        return labelTarget;
    }

    /**
     * Refuses numbers from which no network could recover.
     *
     * @param what they are, for the message
     * @throws IllegalArgumentException if one is not finite
     */
    static void requireFinite(String what, float[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if (!Float.isFinite(numbers[i])) {
                throw new IllegalArgumentException("The " + what + "'s number " + i + " of " + numbers.length + " is "
                        + numbers[i]
                        + ", which would make all weights NaN. Is a value missing, or was there a division by"
                        + " zero? Put in what the training had for a missing value, or leave this " + what + " out.");
            }
        }
    }
}
