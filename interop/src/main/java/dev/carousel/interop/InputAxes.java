package dev.carousel.interop;

import java.util.Optional;

/**
 * What a file says of the axes of its model's own input.
 *
 * @param steps T, where the file fixes it
 * @param sequences N, where the file fixes it
 * @param batchFirst whether it is [N, T, ...] rather than [T, N, ...]
 */
public record InputAxes(Optional<Integer> steps, Optional<Integer> sequences, Optional<Boolean> batchFirst) {

    /** Nothing is known. */
    public static final InputAxes UNKNOWN = new InputAxes(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Whether an array whose first two axes have these sizes is [N, T, ...]; empty where what the file says fits both orders,
     * or none.
     */
    public Optional<Boolean> batchFirst(int first, int second) {
        boolean asTime = fits(steps, first) && fits(sequences, second);
        boolean asBatch = fits(steps, second) && fits(sequences, first);
        return asTime == asBatch ? Optional.empty() : Optional.of(asBatch);
    }

    private static boolean fits(Optional<Integer> fixed, int size) {
        return fixed.map(given -> given == size).orElse(true);
    }
}
