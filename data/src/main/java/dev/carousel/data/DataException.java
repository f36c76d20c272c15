package dev.carousel.data;

/**
 * A file, or what stands in it, cannot be used.
 *
 * <p>The message is written for the person who gave the file: which file, line and column, what was expected, what was
 * found and the likely cause. A command prints it as it is, without the stack trace.
 */
public final class DataException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * An error that this library found itself.
     *
     * @param message where, what was expected, what was found, the likely cause
     */
    public DataException(String message) {
        super(message);
    }

    /**
     * An error that another library or the file system reported.
     *
     * @param message where, what was expected, what was found, the likely cause
     * @param cause what was reported
     */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
