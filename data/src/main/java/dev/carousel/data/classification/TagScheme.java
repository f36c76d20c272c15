package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How tags mark entities of several words, and which tag may follow which.
 *
 * <pre>{@code
 * words   Mary   Ann    lives  in  New    York   .
 * BIO     B-PER  I-PER  O      O   B-LOC  I-LOC  O          B begins, I is inside
 * BIOES   B-PER  E-PER  O      O   B-LOC  E-LOC  O          E ends; S is an entity of one word
 * }</pre>
 *
 * <p>BIO is that of Ramshaw and Marcus (1995) as CoNLL-2002 has it, where every entity begins with B (IOB2); BIOES is also called
 * IOBES. BILOU has L in place of its E and U in place of its S, and must be rewritten with these letters before it is read.
 */
public enum TagScheme {
    /** Each entity has B first and then I. */
    BIO("BI"),
    /** Entities of one word have S, others B, then I, and E last. */
    BIOES("BIES");

    private static final String OUTSIDE = "O";

    private final String prefixes;

    TagScheme(String prefixes) {
        this.prefixes = prefixes;
    }

    /** Its name in small letters, as a command and a model file have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The scheme of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TagScheme of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** Whether a tag is one of the scheme: O, or one of its letters, a hyphen and a type. */
    public boolean has(String tag) {
        return tag.equals(OUTSIDE)
                || (tag.length() > 2 && tag.charAt(1) == '-' && prefixes.indexOf(tag.charAt(0)) >= 0);
    }

    /** Whether a sentence may begin with a tag. */
    public boolean begins(String tag) {
        return !continues(tag);
    }

    /** Whether a tag may follow another. */
    public boolean follows(String before, String tag) {
        boolean open = open(before);
        boolean same = open && continues(tag) && before.substring(1).equals(tag.substring(1));
        return continues(tag) ? same : !open || this == BIO;
    }

    /** Whether a sentence may end with a tag. */
    public boolean ends(String tag) {
        return this == BIO || !open(tag);
    }

    private static boolean continues(String tag) {
        return tag.startsWith("I-") || tag.startsWith("E-");
    }

    /** Whether the entity of a tag may or must go on. */
    private static boolean open(String tag) {
        return tag.startsWith("B-") || tag.startsWith("I-");
    }

    /** What is wrong with the tags of a sentence, and at which word. */
    record Broken(int word, String what) {}

    /** The first thing that the scheme does not allow, if there is any. */
    Optional<Broken> broken(List<String> tags) {
        for (int t = 0; t < tags.size(); t++) {
            String tag = tags.get(t);
            if (!has(tag)) {
                return Optional.of(new Broken(
                        t,
                        "expected a tag of the scheme " + text() + ", O or " + String.join("-, ", prefixes.split(""))
                                + "- and a type, but found '" + tag + "'."));
            }
            if (t == 0 && !begins(tag)) {
                return Optional.of(
                        new Broken(t, "the tag " + tag + " begins a sentence, but it goes on with an entity."));
            }
            if (t > 0 && !follows(tags.get(t - 1), tag)) {
                return Optional.of(new Broken(
                        t,
                        "the tag " + tag + " stands after " + tags.get(t - 1) + ", but "
                                + (continues(tag)
                                        ? "it goes on with an entity of its own type."
                                        : "that entity has no end.")));
            }
        }
        int last = tags.size() - 1;
        return tags.isEmpty() || ends(tags.get(last))
                ? Optional.empty()
                : Optional.of(
                        new Broken(last, "the tag " + tags.get(last) + " ends a sentence, but its entity has no end."));
    }

    /** The same entities, as {@link Entity#of} reads them, in tags that the scheme allows. */
    List<String> repaired(List<String> tags) {
        List<String> all = new ArrayList<>(tags);
        all.replaceAll(tag -> OUTSIDE);
        for (Entity entity : Entity.of(tags)) {
            for (int t = entity.from(); t < entity.to(); t++) {
                all.set(t, letter(entity, t) + "-" + entity.type());
            }
        }
        return all;
    }

    private String letter(Entity entity, int t) {
        boolean first = t == entity.from();
        boolean last = t == entity.to() - 1;
        if (this == BIO) {
            return first ? "B" : "I";
        }
        return first && last ? "S" : first ? "B" : last ? "E" : "I";
    }

    /**
     * Checks that sentences of every length have tags that the scheme allows.
     *
     * @throws DataException if neither O nor an entity of one word is among them
     */
    void requireEveryLength(String file, List<String> classes) {
        if (classes.stream().noneMatch(tag -> begins(tag) && ends(tag) && follows(tag, tag))) {
            throw new DataException(file + ": of the tags " + classes + " none can stand alone in the scheme " + text()
                    + ", so a sentence of one word could have no tag. Expected O"
                    + (this == BIOES ? " or S- and a type" : "")
                    + " among them.");
        }
    }
}
