package dev.carousel.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known name that an unknown one was probably meant to be. */
public final class Spelling {

    private static final int MAXIMUM_LENGTH = 100;

    private Spelling() {}

    /**
     * The known name with the fewest differing letters, if those are at most two in five.
     *
     * @param name the unknown name
     * @param known the names there are
     */
    public static Optional<String> nearest(String name, Collection<String> known) {
        if (name.length() > MAXIMUM_LENGTH) {
            return Optional.empty();
        }
        return known.stream()
                .filter(candidate -> candidate.length() <= MAXIMUM_LENGTH)
                .filter(candidate ->
                        distance(name, candidate) <= Math.max(1, Math.max(name.length(), candidate.length()) * 2 / 5))
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
    }

    /** The edits (insert, delete, replace a letter) from one name to the other, upper and lower case being alike. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
