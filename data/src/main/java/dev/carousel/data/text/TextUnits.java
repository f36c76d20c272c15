package dev.carousel.data.text;

import dev.carousel.data.DataException;
import dev.carousel.model.Task;

/**
 * The units of a text for a network that predicts the next one: its characters, bytes or words, each kind with an
 * id from 0. Immutable.
 *
 * <pre>{@code
 * TextUnits units = Vocabulary.of("hello");          // characters
 * int[] ids = units.encode("hole");
 * Task task = units.addTo(Task.of("text"));          // for the model file
 * TextUnits.of(task).decode(ids);                    // "hole"
 * }</pre>
 */
public sealed interface TextUnits permits Vocabulary, ByteUnits, WordVocabulary {

    /** One of them, in the singular: {@code character}, {@code byte} or {@code word}. */
    String name();

    /** How many kinds there are. */
    int size();

    /**
     * The ids of a text, in order.
     *
     * @throws DataException with the first one that has no id
     */
    int[] encode(String text);

    /**
     * The text of ids.
     *
     * @throws IllegalArgumentException if there is no such id
     */
    String decode(int... ids);

    /** How many characters (Unicode code points) the unit of an id is. */
    int characters(int id);

    /** How many bytes the unit of an id is in UTF-8. */
    int bytes(int id);

    /** The id of what has none of its own, or -1 where there is no such id. */
    default int unknownId() {
        return -1;
    }

    /** A task that also says what the ids mean. */
    Task addTo(Task task);

    /**
     * Back from {@link #addTo}.
     *
     * @throws DataException if the task says something that makes no sense
     * @throws dev.carousel.model.ModelException if it says nothing
     */
    static TextUnits of(Task task) {
        // Models of the first version have characters, and do not say so.
        String kind = task.has(UnitKinds.UNITS) ? task.text(UnitKinds.UNITS) : UnitKinds.CHARACTERS;
        return switch (kind) {
            case UnitKinds.CHARACTERS -> Vocabulary.fromText(task.text(UnitKinds.VOCABULARY));
            case UnitKinds.BYTES -> ByteUnits.INSTANCE;
            case UnitKinds.WORDS -> WordVocabulary.fromTexts(task.texts(UnitKinds.WORDS));
            default ->
                throw new DataException(
                        "The model's metadata: expected its text to be cut into characters, bytes or words"
                                + " but found \"" + kind + "\". Was it written by a later version?");
        };
    }
}
