package dev.carousel.layer;

/** Arrays that grow to what is asked for and are used again. */
public final class Buffers {

    private Buffers() {}

    /** The array itself if it is large enough, else a new one. */
    public static float[] atLeast(float[] array, long size) {
        if (size > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException("A buffer of this pass would need " + size
                    + " numbers, more than one array holds. Use fewer steps or a smaller batch.");
        }
        return array.length >= size ? array : new float[(int) size];
    }
}
