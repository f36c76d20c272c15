package dev.carousel.stream;

import org.jspecify.annotations.Nullable;

/** The state of a session of a network: its numbers, or while it is idle for long these rounded to bfloat16. */
final class VectorState {

    private float @Nullable [] numbers;
    private short @Nullable [] halved;

    VectorState(float[] numbers) {
        this.numbers = numbers;
    }

    /** The numbers, rounded if it was shrunk since it was last asked. */
    float[] numbers() {
        if (numbers == null) {
            numbers = halved == null ? new float[0] : widened(halved);
            halved = null;
        }
        return numbers;
    }

    private static float[] widened(short[] from) {
        float[] numbers = new float[from.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.intBitsToFloat(from[i] << 16);
        }
        return numbers;
    }

    /** Keeps the upper half of each number, rounded to the nearest, of two as near to the even one. */
    void shrink() {
        if (numbers == null) {
            return;
        }
        short[] half = new short[numbers.length];
        for (int i = 0; i < half.length; i++) {
            int bits = Float.floatToIntBits(numbers[i]);
            // NaN must not round to infinity; the one that floatToIntBits gives has nothing below.
            half[i] = (short) (Float.isNaN(numbers[i]) ? bits >>> 16 : (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
        }
        halved = half;
        numbers = null;
    }
}
