package dev.carousel.data.classification;

import java.util.ArrayList;
import java.util.List;

/**
 * Words next to each other that are one entity, such as a person or a place.
 *
 * @param from its first word, from 0
 * @param to the word after its last
 * @param type such as {@code PER}
 */
public record Entity(int from, int to, String type) {

    /** The letter and the type of a tag; without a hyphen the tag is the letter and the type is empty. */
    private record Tag(String letter, String type) {

        static final Tag OUTSIDE = new Tag("O", "");

        static Tag of(String text) {
            int hyphen = text.indexOf('-');
            return hyphen < 0 ? new Tag(text, "") : new Tag(text.substring(0, hyphen), text.substring(hyphen + 1));
        }

        boolean outside() {
            return letter.equals("O") || letter.equals(".");
        }

        boolean ended() {
            return outside() || letter.equals("E") || letter.equals("S");
        }
    }

    /**
     * The entities of a sentence, as {@code conlleval}, the program of CoNLL's shared tasks, finds them: a word begins one if its tag
     * is B or S, or if it is in one and the word before is in none, or in one that has ended or is of another type. So tags that
     * break their scheme have entities as well.
     *
     * @param tags such as {@code B-PER}, {@code I-PER}, {@code O}; also E and S, and tags without a type
     */
    public static List<Entity> of(List<String> tags) {
        List<Entity> entities = new ArrayList<>();
        int from = 0;
        Tag before = Tag.OUTSIDE;
        for (int t = 0; t <= tags.size(); t++) {
            Tag tag = t < tags.size() ? Tag.of(tags.get(t)) : Tag.OUTSIDE;
            boolean begins = !tag.outside()
                    && (tag.letter().equals("B")
                            || tag.letter().equals("S")
                            || before.ended()
                            || !before.type().equals(tag.type()));
            if (!before.outside() && (tag.outside() || begins)) {
                entities.add(new Entity(from, t, before.type()));
            }
            from = begins ? t : from;
            before = tag;
        }
        return entities;
    }
}
