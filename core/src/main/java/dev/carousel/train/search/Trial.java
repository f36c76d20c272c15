package dev.carousel.train.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One training that a search asks for.
 *
 * @param number which setting it is, from 1
 * @param setting a {@code Long}, {@code Double} or {@code String} for each dimension of the space, by its name
 * @param epochs for how many epochs it is to be trained, anew
 * @param threads how many threads it may use, its share of all
 */
public record Trial(int number, Map<String, Object> setting, int epochs, int threads) {

    /** Takes a copy. */
    public Trial {
        setting = Collections.unmodifiableMap(new LinkedHashMap<>(setting));
    }

    /** A whole number of the setting. */
    public long whole(String name) {
        return value(name, Long.class);
    }

    /** A number of the setting. */
    public double real(String name) {
        return value(name, Double.class);
    }

    /** A text of the setting. */
    public String text(String name) {
        return value(name, String.class);
    }

    private <T> T value(String name, Class<T> type) {
        if (type.isInstance(setting.get(name))) {
            return type.cast(setting.get(name));
        }
        throw new IllegalArgumentException("The setting " + setting + " has no " + type.getSimpleName() + " named '"
                + name + "'. Is it the name and the kind of one of the search's dimensions?");
    }
}
