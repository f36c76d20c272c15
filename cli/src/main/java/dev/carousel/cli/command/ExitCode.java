package dev.carousel.cli.command;

/** How the command ends. */
public final class ExitCode {

    /** It worked. */
    public static final int OK = 0;

    /** Something failed that the user did not cause, or a check did. */
    public static final int FAILED = 1;

    /** What the user gave cannot be used. */
    public static final int BAD_INPUT = 2;

    private ExitCode() {}
}
