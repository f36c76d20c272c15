package dev.carousel.cli;

/** How the command ends. */
final class ExitCode {

    /** It worked. */
    static final int OK = 0;

    /** Something failed that the user did not cause, or a check did. */
    static final int FAILED = 1;

    /** What the user gave cannot be used. */
    static final int BAD_INPUT = 2;

    private ExitCode() {}
}
