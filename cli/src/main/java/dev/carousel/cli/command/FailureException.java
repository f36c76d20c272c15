package dev.carousel.cli.command;

/** The command could not do what it was asked, for a reason that is in its message and is no mistake in the input. */
public final class FailureException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public FailureException(String message) {
        super(message);
    }

    public FailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
