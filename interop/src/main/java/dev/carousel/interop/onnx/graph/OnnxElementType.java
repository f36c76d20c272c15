package dev.carousel.interop.onnx.graph;

import dev.carousel.interop.InteropException;
import java.lang.reflect.Array;

/** The types of tensor elements that graphs are computed with. */
public enum OnnxElementType {
    FLOAT(1, 4, float.class),
    INT32(6, 4, int.class),
    INT64(7, 8, long.class),
    BOOL(9, 1, boolean.class),
    DOUBLE(11, 8, double.class);

    private static final String[] ALL_NAMES = {
        "UNDEFINED",
        "FLOAT",
        "UINT8",
        "INT8",
        "UINT16",
        "INT16",
        "INT32",
        "INT64",
        "STRING",
        "BOOL",
        "FLOAT16",
        "DOUBLE",
        "UINT32",
        "UINT64",
        "COMPLEX64",
        "COMPLEX128",
        "BFLOAT16"
    };

    private final int code;
    private final int bytes;
    private final Class<?> component;

    OnnxElementType(int code, int bytes, Class<?> component) {
        this.code = code;
        this.bytes = bytes;
        this.component = component;
    }

    /** ONNX' number for it. */
    public int code() {
        return code;
    }

    /** How many bytes an element has in a file. */
    int bytes() {
        return bytes;
    }

    public boolean isReal() {
        return this == FLOAT || this == DOUBLE;
    }

    /** A new array of it. */
    Object newArray(int length) {
        return Array.newInstance(component, length);
    }

    /** ONNX' number for 16-bit floats, which are widened to FLOAT when they are read. */
    public static final int FLOAT16 = 10;

    /**
     * The type of a number in a file; of 16-bit floats FLOAT, in which they are computed.
     *
     * @param what whose type it is, for the error
     * @throws InteropException if it is none of these
     */
    public static OnnxElementType of(long code, String what) {
        for (OnnxElementType type : values()) {
            if (type.code == code || (type == FLOAT && code == FLOAT16)) {
                return type;
            }
        }
        String name = code >= 0 && code < ALL_NAMES.length ? ALL_NAMES[(int) code] : "number " + code;
        throw new InteropException(what + " has elements of type " + name
                + ", which Carousel does not compute with. It knows FLOAT, DOUBLE, FLOAT16, INT32, INT64 and BOOL: export the model in"
                + " single precision.");
    }
}
