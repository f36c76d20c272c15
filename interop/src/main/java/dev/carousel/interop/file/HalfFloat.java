package dev.carousel.interop.file;

/** 16-bit floats to 32 bits, exactly. (Java has this from 20 on.) */
public final class HalfFloat {

    private HalfFloat() {}

    /**
     * The number of an IEEE 754 half: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction.
     *
     * @param bits the low 16 bits count
     */
    public static float ofIeee(int bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            // Subnormal: fraction times 2^-24, which a float holds as a normal number.
            float magnitude = fraction * 0x1p-24f;
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
        }
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | (wide << 23) | (fraction << 13));
    }

    /**
     * The number of a bfloat16: the upper half of a float.
     *
     * @param bits the low 16 bits count
     */
    public static float ofBrain(int bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
