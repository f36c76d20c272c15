package dev.carousel.interop.pytorch;

import java.util.Map;

/** The operations of a pickle that are refused, by their names in Python's {@code pickletools}. */
final class PickleOperations {

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry((int) 'i', "INST (makes an object of a class)"),
            Map.entry((int) 'o', "OBJ (makes an object of a class)"),
            Map.entry(0x82, "EXT1 (calls a registered function)"),
            Map.entry(0x83, "EXT2 (calls a registered function)"),
            Map.entry(0x84, "EXT4 (calls a registered function)"),
            Map.entry((int) 'P', "PERSID"),
            Map.entry((int) 'I', "INT (a number as text, from protocol 0)"),
            Map.entry((int) 'L', "LONG (a number as text, from protocol 0)"),
            Map.entry((int) 'F', "FLOAT (a number as text, from protocol 0)"),
            Map.entry((int) 'S', "STRING (from protocol 0)"),
            Map.entry((int) 'V', "UNICODE (from protocol 0)"),
            Map.entry((int) 'g', "GET (from protocol 0)"),
            Map.entry((int) 'p', "PUT (from protocol 0)"),
            Map.entry(0x8b, "LONG4 (a number of any length)"),
            Map.entry(0x97, "NEXT_BUFFER"),
            Map.entry(0x98, "READONLY_BUFFER"));

    private PickleOperations() {}

    /** The name of an operation, or its code if it has none. */
    static String name(int operation) {
        return NAMES.getOrDefault(operation, String.format("0x%02x, which does not exist", operation));
    }
}
