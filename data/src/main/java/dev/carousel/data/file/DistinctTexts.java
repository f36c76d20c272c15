package dev.carousel.data.file;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The different texts of a column, numbered from 0 in the order in which they first appear. */
public final class DistinctTexts {

    private final int most;
    private final Map<String, Integer> codes = new HashMap<>();
    private final List<String> texts = new ArrayList<>();

    public DistinctTexts(int most) {
        this.most = most;
    }

    /** The number of a text, a new one if it has not appeared before; -1 if there are too many. */
    public int code(String text) {
        Integer known = codes.get(text);
        if (known != null) {
            return known;
        }
        if (texts.size() == most) {
            return -1;
        }
        codes.put(text, texts.size());
        texts.add(text);
        return texts.size() - 1;
    }

    public List<String> texts() {
        return texts;
    }
}
