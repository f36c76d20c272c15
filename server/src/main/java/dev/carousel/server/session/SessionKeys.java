package dev.carousel.server.session;

import dev.carousel.server.http.Problem;

/** What sessions may be called. */
public final class SessionKeys {

    /** The longest name, in UTF-16 characters. */
    public static final int LONGEST = 256;

    private SessionKeys() {}

    /**
     * The name itself, checked.
     *
     * @throws Problem if it is empty, too long or has control characters or halves of characters
     */
    public static String require(String key) {
        if (key.isEmpty() || key.length() > LONGEST) {
            throw Problem.badRequest("The name of a session has 1 to " + LONGEST + " characters, but this one has "
                    + key.length() + ".");
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (Character.isISOControl(c)) {
                throw Problem.badRequest("The name of a session has a control character.");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < key.length()
                        && Character.isLowSurrogate(key.charAt(i + 1));
                if (!pair) {
                    throw Problem.badRequest("The name of a session has half a character (a lone surrogate).");
                }
                i++;
            }
        }
        return key;
    }
}
