package dev.carousel.cli.command;

import dev.carousel.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** The figures of a command for {@code --json}, by name, in the order in which they were given. */
public final class Figures {

    private final Map<String, Object> values = new LinkedHashMap<>();

    /** Adds a number, text, yes or no, list or map. A number that is not finite has no JSON form and is left out. */
    public Figures with(String name, Object value) {
        boolean finite = !(value instanceof Double number) || Double.isFinite(number);
        if (finite) {
            values.put(name, value);
        }
        return this;
    }

    /** What has been added so far; not a copy. */
    public Map<String, Object> toMap() {
        return values;
    }

    /** One line. */
    String toJson() {
        return Json.write(values);
    }
}
