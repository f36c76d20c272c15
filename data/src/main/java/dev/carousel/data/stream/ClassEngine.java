package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.classification.StreamClassifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A classifier or tagger. */
final class ClassEngine implements TaskStream.Engine {

    private final StreamClassifier stream;
    private final List<String> columns;
    private final float[] probabilities;

    ClassEngine(StreamClassifier stream, List<String> columns) {
        this.stream = stream;
        this.columns = columns;
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
            requireFits(event);
            float[] x = new float[columns.size()];
            for (int d = 0; d < x.length; d++) {
                x[d] = number(event, d);
            }
            stream.step(x, probabilities);
        }
        Map<String, Double> all = new LinkedHashMap<>();
        int likeliest = 0;
        for (int k = 0; k < probabilities.length; k++) {
            all.put(spec.classes().get(k), (double) probabilities[k]);
            likeliest = probabilities[k] > probabilities[likeliest] ? k : likeliest;
        }
        String label = spec.classes().get(likeliest);
        return spec.perStep()
                ? new Answer.Tag(stream.steps(), label, all)
                : new Answer.Classes(stream.steps(), label, all);
    }

    private void requireFits(Event event) {
        if (event.ordered().isPresent()) {
            OrderedValues.requireLength(event.ordered().get(), columns);
        } else {
            for (String name : event.texts().keySet()) {
                if (columns.contains(name)) {
                    throw EventRows.textForNumber(name);
                }
            }
            EventRows.requireKnown(event.texts().keySet(), columns);
            EventRows.requireKnown(event.numbers().keySet(), columns);
        }
    }

    /** NaN where it is missing. */
    private float number(Event event, int d) {
        String name = columns.get(d);
        double value = event.ordered().isPresent()
                ? event.ordered().get()[d]
                : event.numbers().getOrDefault(name, Double.NaN);
        if (!Double.isNaN(value) && Float.isInfinite((float) value)) {
            throw new DataException(
                            DataException.Kind.NOT_FINITE,
                            "The event has " + value + " of '" + name + "' but must have a finite number, or none"
                                    + " where it is missing.")
                    .inColumn(name);
        }
        return (float) value;
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
