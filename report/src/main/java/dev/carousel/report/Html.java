package dev.carousel.report;

/** Markup as it grows. What comes from outside goes through {@link #text} alone. */
final class Html {

    private final StringBuilder markup = new StringBuilder();

    /** Markup of our own, as it is. */
    Html raw(String own) {
        markup.append(own);
        return this;
    }

    /** Any text, escaped: for what stands between tags and for values of attributes in double quotes. */
    Html text(String any) {
        markup.append(escaped(any));
        return this;
    }

    /** An element with nothing but text in it. */
    Html element(String name, String any) {
        return raw("<" + name + ">").text(any).raw("</" + name + ">");
    }

    /** An element of a class with nothing but text in it; none where the text is empty. */
    Html optional(String name, String cssClass, String any) {
        return any.isEmpty()
                ? this
                : raw("<" + name + " class=\"" + cssClass + "\">").text(any).raw("</" + name + ">");
    }

    /** A number for a cell of a table, which charts read too. */
    Html number(double value) {
        return raw(Digits.of(value));
    }

    /** A number of a series whose level may be high: so many decimals, where six digits are less. */
    Html number(double value, int decimals) {
        return raw(Digits.of(value, decimals));
    }

    /**
     * A text without anything that markup would take for its own. Control characters, which no page may hold, and halves of
     * surrogate pairs, which have no form in UTF-8, become the replacement character.
     */
    static String escaped(String any) {
        StringBuilder safe = new StringBuilder(any.length() + 16);
        any.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(isAllowed(c) ? c : 0xFFFD);
            }
        });
        return safe.toString();
    }

    private static boolean isAllowed(int c) {
        boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
        boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return !control && !half;
    }

    @Override
    public String toString() {
        return markup.toString();
    }
}
