package dev.carousel.interop;

import java.io.Serial;

/**
 * A file of another program that cannot be read or written with the same numbers: it is damaged, or holds a tensor, node or
 * option that Carousel does not know. The message says which, what was expected and the likely cause.
 */
public final class InteropException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    /** An error with its message, in which a file's control characters become question marks. */
    public InteropException(String message) {
        super(shown(message));
    }

    /** As above, with what led to it. */
    public InteropException(String message, Throwable cause) {
        super(shown(message), cause);
    }

    /** Names in a file may hold anything, which would disturb a terminal. */
    private static String shown(String message) {
        return message.replaceAll("\\p{Cc}", "?");
    }
}
