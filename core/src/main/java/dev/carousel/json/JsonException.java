package dev.carousel.json;

/** A text that is not the JSON we accept: malformed, with a name twice in one object, or past a limit. */
public final class JsonException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final boolean duplicateName;

    JsonException(String message, boolean duplicateName) {
        super(message);
        this.duplicateName = duplicateName;
    }

    /** Whether the fault is a name that stands twice in one object. */
    public boolean duplicateName() {
        return duplicateName;
    }
}
