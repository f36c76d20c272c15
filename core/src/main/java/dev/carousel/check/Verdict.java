package dev.carousel.check;

/** The result of comparing two numbers, or two arrays of them; from best to worst. */
public enum Verdict {
    /** They agree. */
    OK("OK"),
    /** Both are so small that nothing can be said; no failure. */
    TOO_SMALL("too small to tell"),
    /** They differ more than they should, as single numbers of poor numerics may; not a failure on its own. */
    WARNING("WARNING"),
    /** They do not agree: a failure. */
    NOT_OK("NOT OK");

    private final String label;

    Verdict(String label) {
        this.label = label;
    }

    /** The verdict in words. */
    public String label() {
        return label;
    }

    /** Whether this is a failure. */
    public boolean failed() {
        return this == NOT_OK;
    }
}
