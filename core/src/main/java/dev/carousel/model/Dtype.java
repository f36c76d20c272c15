package dev.carousel.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The element types of safetensors and their sizes. */
final class Dtype {

    /** The one that our models are made of: IEEE 754, 32 bits, little-endian. */
    static final String F32 = "F32";

    private static final Map<String, Integer> BITS = bits();

    private Dtype() {}

    private static Map<String, Integer> bits() {
        Map<String, Integer> bits = new LinkedHashMap<>();
        bits.put("F4", 4);
        for (String six : new String[] {"F6_E2M3", "F6_E3M2"}) {
            bits.put(six, 6);
        }
        for (String eight :
                new String[] {"BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"}) {
            bits.put(eight, 8);
        }
        for (String sixteen : new String[] {"I16", "U16", "F16", "BF16"}) {
            bits.put(sixteen, 16);
        }
        for (String thirtyTwo : new String[] {"I32", "U32", F32}) {
            bits.put(thirtyTwo, 32);
        }
        for (String sixtyFour : new String[] {"C64", "F64", "I64", "U64"}) {
            bits.put(sixtyFour, 64);
        }
        return bits;
    }

    /** How many bits one element has, or nothing if there is no such type. */
    static Optional<Integer> bits(String name) {
        return Optional.ofNullable(BITS.get(name));
    }

    /** The names of all types. */
    static String all() {
        return String.join(" ", BITS.keySet());
    }
}
