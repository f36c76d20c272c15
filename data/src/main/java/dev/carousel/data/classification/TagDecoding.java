package dev.carousel.data.classification;

import dev.carousel.data.DataException;
import dev.carousel.model.Task;
import java.util.Optional;

/**
 * How a tagger goes from the scores of its network to tags.
 *
 * @param crf whether the tags of a sequence are chosen together, by a conditional random field; else each by itself
 * @param scheme which tags may follow which, where only allowed ones are chosen; only with {@code crf}
 * @param repaired whether tags of files that break the scheme are written anew in it, rather than refused; only with a scheme
 */
public record TagDecoding(boolean crf, Optional<TagScheme> scheme, boolean repaired) {

    /** Each tag by itself. */
    public static final TagDecoding EACH = new TagDecoding(false, Optional.empty(), false);

    /** All tags of a sequence together, any after any. */
    public static final TagDecoding CRF = new TagDecoding(true, Optional.empty(), false);

    private static final String CRF_NAME = "crf";
    private static final String SCHEME = "scheme";
    private static final String REPAIRED = "repaired_tags";

    /** Checks that each part has what it needs. */
    public TagDecoding {
        if (scheme.isPresent() && !crf) {
            throw new IllegalArgumentException(
                    "TagDecoding: a scheme says which tags may follow each other, which needs a CRF.");
        }
        if (repaired && scheme.isEmpty()) {
            throw new IllegalArgumentException("TagDecoding: tags are repaired by a scheme, but there is none.");
        }
    }

    /** All tags of a sequence together, as a scheme allows. */
    public static TagDecoding of(TagScheme scheme) {
        return new TagDecoding(true, Optional.of(scheme), false);
    }

    /** The same, repairing tags that break the scheme. */
    public TagDecoding withRepairedTags() {
        return new TagDecoding(crf, scheme, true);
    }

    Task addTo(Task task) {
        Task all = crf ? task.with(CRF_NAME, true) : task;
        all = scheme.isPresent() ? all.with(SCHEME, scheme.get().text()) : all;
        return repaired ? all.with(REPAIRED, true) : all;
    }

    static TagDecoding of(Task task) {
        if (!task.has(CRF_NAME) || !task.flag(CRF_NAME)) {
            return EACH;
        }
        Optional<TagScheme> scheme = Optional.empty();
        if (task.has(SCHEME)) {
            try {
                scheme = Optional.of(TagScheme.of(task.text(SCHEME)));
            } catch (IllegalArgumentException e) {
                throw new DataException(
                        "The scheme of tags '" + task.text(SCHEME)
                                + "' is unknown; there are bio and bioes. Was the model written by a newer Carousel?",
                        e);
            }
        }
        return new TagDecoding(true, scheme, task.has(REPAIRED) && task.flag(REPAIRED));
    }
}
