package dev.carousel.data.stream;

import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.StreamClassifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A classifier or tagger. */
final class ClassEngine implements TaskStream.Engine {

    private final StreamClassifier stream;
    private final VectorEvents events;
    private final float[] probabilities;

    ClassEngine(StreamClassifier stream, List<String> columns) {
        this.stream = stream;
        this.events = new VectorEvents(columns);
        this.probabilities = new float[stream.spec().classes().size()];
    }

    @Override
    public Answer add(Event event) {
        ClassifierSpec spec = stream.spec();
        TaskStream.requireCame(event);
        if (spec.readsIds()) {
            int[] ids = event.ordered().isPresent()
                    ? TextEngine.orderedId(event, spec.inputSize())
                    : spec.ids(TextEngine.text(event));
            for (int id : ids) {
                stream.stepId(id, probabilities);
            }
        } else {
            stream.step(events.vector(event), probabilities);
        }
        return answer(spec, stream.steps(), probabilities);
    }

    /** What is said of the last event. */
    static Answer answer(ClassifierSpec spec, long steps, float[] probabilities) {
        Map<String, Double> all = new LinkedHashMap<>();
        for (int k = 0; k < probabilities.length; k++) {
            all.put(spec.classes().get(k), (double) probabilities[k]);
        }
        String label = spec.classes().get(likeliest(probabilities));
        return spec.perStep() ? new Answer.Tag(steps, label, all) : new Answer.Classes(steps, label, all);
    }

    /** The first of the likeliest classes. */
    static int likeliest(float[] probabilities) {
        int likeliest = 0;
        for (int k = 1; k < probabilities.length; k++) {
            likeliest = probabilities[k] > probabilities[likeliest] ? k : likeliest;
        }
        return likeliest;
    }

    @Override
    public void reset() {
        stream.reset();
    }

    @Override
    public byte[] save() {
        return stream.save();
    }

    @Override
    public void restore(byte[] saved) {
        stream.restore(saved);
    }
}
