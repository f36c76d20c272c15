package dev.carousel.cli;

/** The command could not do what it was asked, for a reason that is in its message and is no mistake in the input. */
final class FailureException extends RuntimeException {

    private static final long serialVersionUID = 1;

    FailureException(String message) {
        super(message);
    }

    FailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
