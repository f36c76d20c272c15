package dev.carousel.cli.command;

/** Fields of CSV that the command writes. */
public final class Csv {

    private Csv() {}

    /** A field, in quotes where it needs them (RFC 4180). */
    public static String field(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                && text.equals(text.strip());
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
