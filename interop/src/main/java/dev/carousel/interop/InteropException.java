package dev.carousel.interop;

import java.io.Serial;

/**
 * A file of another program that cannot be read or written with the same numbers: it is damaged, or holds a tensor, node or
 * option that Carousel does not know. The message says which, what was expected and the likely cause.
 */
public final class InteropException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    /** An error with its message. */
    public InteropException(String message) {
        super(message);
    }

    /** An error with its message and what led to it. */
    public InteropException(String message, Throwable cause) {
        super(message, cause);
    }
}
