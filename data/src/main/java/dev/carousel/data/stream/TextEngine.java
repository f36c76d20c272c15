package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.text.TextUnits;
import dev.carousel.network.PackedNetwork;
import dev.carousel.stream.Sampler;
import dev.carousel.stream.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A text model that reads. */
final class TextEngine implements TaskStream.Engine {

    private static final int MAGIC = 0x43545832;

    private final TextUnits units;
    private final Session session;
    private final float[] scores;
    private final List<String> names;
    private boolean begun;

    /** A stream at its beginning; names are those of {@link #names}. */
    TextEngine(PackedNetwork network, TextUnits units, List<String> names) {
        this.units = units;
        this.names = names;
        this.session = Session.of(network);
        this.scores = new float[units.size()];
    }

    /** What units are called, each otherwise. */
    static List<String> names(TextUnits units) {
        List<String> names = new ArrayList<>();
        for (int id = 0; id < units.size(); id++) {
            String text = units.decode(id);
            boolean own = id != units.unknownId() && Arrays.equals(units.encode(text), new int[] {id});
            names.add(own ? text : "<" + (id == units.unknownId() ? "unknown" : units.name() + " " + id) + ">");
        }
        return List.copyOf(names);
    }

    /** The text of an event. */
    static String text(Event event) {
        EventRows.requireKnown(event.texts().keySet(), List.of(StreamModel.TEXT));
        EventRows.requireKnown(event.numbers().keySet(), List.of(StreamModel.TEXT));
        String text = event.texts().getOrDefault(StreamModel.TEXT, "");
        if (text.isEmpty()) {
            throw new DataException(
                            DataException.Kind.MISSING_VALUE,
                            "The event has no text, or an empty one, but the model reads text.")
                    .inColumn(StreamModel.TEXT);
        }
        return text;
    }

    /** The id of the unit of an event by order. */
    static int[] orderedId(Event event, int ids) {
        double[] values = event.ordered().orElseThrow();
        OrderedValues.requireLength(values, List.of(StreamModel.TEXT));
        return new int[] {OrderedValues.id(values[0], StreamModel.TEXT, ids)};
    }

    @Override
    public Answer add(Event event) {
        TaskStream.requireCame(event);
        int[] ids = event.ordered().isPresent() ? orderedId(event, units.size()) : ids(text(event));
        double surprise = 0;
        long counted = 0;
        long characters = 0;
        long bytes = 0;
        for (int id : ids) {
            if (begun) {
                surprise -= Math.log(Math.max(Double.MIN_NORMAL, Sampler.probabilities(scores)[id]));
                characters += units.characters(id);
                bytes += units.bytes(id);
                counted++;
            }
            session.step(id, scores);
            begun = true;
        }
        List<Double> next = new ArrayList<>();
        for (double one : Sampler.probabilities(scores)) {
            next.add(one);
        }
        return new Answer.Text(counted, characters, bytes, surprise, next, names);
    }

    private int[] ids(String text) {
        try {
            return units.encode(text);
        } catch (DataException e) {
            throw new DataException(DataException.Kind.UNKNOWN_UNIT, String.valueOf(e.getMessage()))
                    .inColumn(StreamModel.TEXT);
        }
    }

    @Override
    public void reset() {
        session.reset();
        Arrays.fill(scores, 0);
        begun = false;
    }

    @Override
    public byte[] save() {
        return SavedState.write(MAGIC, out -> {
            out.writeBoolean(begun);
            for (float[] numbers : List.of(session.state().values(), scores)) {
                for (float number : numbers) {
                    out.writeFloat(number);
                }
            }
        });
    }

    @Override
    public void restore(byte[] saved) {
        SavedState.read(saved, MAGIC, in -> {
            boolean readBegun = in.readBoolean();
            float[] state = new float[session.state().values().length];
            float[] readScores = new float[scores.length];
            for (float[] numbers : List.of(state, readScores)) {
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = in.readFloat();
                }
            }
            return () -> {
                begun = readBegun;
                System.arraycopy(state, 0, session.state().values(), 0, state.length);
                System.arraycopy(readScores, 0, scores, 0, scores.length);
            };
        });
    }
}
