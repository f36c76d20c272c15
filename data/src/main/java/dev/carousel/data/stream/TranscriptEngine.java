package dev.carousel.data.stream;

import dev.carousel.data.classification.StreamClassifier;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.transcription.Alphabet;
import dev.carousel.decoding.CtcStream;
import java.util.List;
import java.util.Optional;

/** A transcriber: each step has a label or none, and a label settles at the step where it begins. */
final class TranscriptEngine implements TaskStream.Engine {

    private static final int MAGIC = 0x43545431;

    private final StreamClassifier steps;
    private final VectorEvents events;
    private final Alphabet alphabet;
    private final CtcStream labels = CtcStream.of(Alphabet.BLANK);
    private final float[] probabilities;

    TranscriptEngine(StreamClassifier steps, List<String> columns, Alphabet alphabet) {
        this.steps = steps;
        this.events = new VectorEvents(columns);
        this.alphabet = alphabet;
        this.probabilities = new float[alphabet.size()];
    }

    @Override
    public Answer add(Event event) {
        TaskStream.requireCame(event);
        steps.step(events.vector(event), probabilities);
        int label = labels.step(probabilities, 0, probabilities.length);
        return new Answer.Label(
                steps.steps(),
                label == CtcStream.NOTHING ? Optional.empty() : Optional.of(alphabet.decode(label)),
                label == CtcStream.NOTHING ? 0 : probabilities[label]);
    }

    @Override
    public void reset() {
        steps.reset();
        labels.reset();
    }

    @Override
    public byte[] save() {
        return SavedState.write(MAGIC, out -> {
            byte[] state = steps.save();
            out.writeInt(labels.last());
            out.writeInt(state.length);
            out.write(state);
        });
    }

    @Override
    public void restore(byte[] saved) {
        SavedState.read(saved, MAGIC, in -> {
            int last = in.readInt();
            if (last < 0 || last >= alphabet.size()) {
                throw SavedState.damaged("its last label is " + last + " of " + alphabet.size());
            }
            byte[] state = SavedState.readPart(in);
            return () -> {
                steps.restore(state);
                labels.restore(last);
            };
        });
    }
}
