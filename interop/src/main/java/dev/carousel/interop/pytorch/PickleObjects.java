package dev.carousel.interop.pytorch;

import java.util.List;

/** Builds the values that are no plain containers. */
interface PickleObjects {

    /**
     * What a name stands for.
     *
     * @throws dev.carousel.interop.InteropException if the name is not known
     */
    Object global(String module, String name);

    /** What calling it with these arguments would give. */
    Object call(Object callable, List<Object> arguments);

    /** The value that the file keeps outside of the pickle. */
    Object persistent(Object id);

    /** Gives attributes to a value, which may ignore them. */
    void build(Object value, Object attributes);
}
