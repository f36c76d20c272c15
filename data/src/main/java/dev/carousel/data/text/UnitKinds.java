package dev.carousel.data.text;

/** The names by which a task says what a text is split into. */
public final class UnitKinds {

    public static final String UNITS = "units";
    static final String CHARACTERS = "characters";
    static final String BYTES = "bytes";
    static final String WORDS = "words";
    public static final String VOCABULARY = "vocabulary";

    private UnitKinds() {}
}
