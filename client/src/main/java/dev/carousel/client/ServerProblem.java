package dev.carousel.client;

/** The server refused a request, or could not be reached for as long as the client tried. */
public final class ServerProblem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    ServerProblem(int status, String message) {
        super(message);
        this.status = status;
    }

    ServerProblem(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** The status of HTTP; 0 where there was no answer. */
    public int status() {
        return status;
    }
}
