package dev.carousel.data;

/** The names by which a task says what a text is cut into. */
final class Kinds {

    static final String UNITS = "units";
    static final String CHARACTERS = "characters";
    static final String BYTES = "bytes";
    static final String WORDS = "words";
    static final String VOCABULARY = "vocabulary";

    private Kinds() {}
}
