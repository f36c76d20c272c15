package dev.carousel.train;

import dev.carousel.loss.Target;
import dev.carousel.optim.Clipping;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import dev.carousel.tensor.SequenceBatch;
import dev.carousel.tensor.Tokens;
import java.util.Optional;

/**
 * Where a number that is not finite came from: the data, the parameters or the gradient, asked in this order.
 *
 * @param what the finding, a sentence
 * @param parameter the first parameter that is not finite or whose gradient is not; empty where it is none of these
 * @param data whether the data is to blame
 */
record Diagnosis(String what, String parameter, boolean data) {

    /** No usual learning rate is larger. */
    private static final double USUAL = 1;

    /**
     * Looks for the cause.
     *
     * @param symptom what was noticed, such as {@code the loss is NaN}
     */
    static Diagnosis of(String symptom, Batch batch, Parameters parameters, Parameters gradient) {
        Optional<Diagnosis> broken = inData(symptom, batch);
        if (broken.isPresent()) {
            return broken.get();
        }
        return inParameters(symptom, parameters)
                .or(() -> inGradient(symptom, gradient))
                .orElseGet(() -> new Diagnosis(
                        symptom + ", though the data, the parameters and their gradient are finite.", "", false));
    }

    /** Looks for the cause of a held-out loss that is not finite, when the parameters are. */
    static Diagnosis ofHeldOut(String symptom, Batches heldOut) {
        for (int i = 0; i < heldOut.size(); i++) {
            Optional<Diagnosis> broken = inData(symptom + " (held-out batch " + i + ")", heldOut.batch(i));
            if (broken.isPresent()) {
                return broken.get();
            }
        }
        return new Diagnosis(symptom + ", though the data and the parameters are finite.", "", false);
    }

    private static Optional<Diagnosis> inData(String symptom, Batch batch) {
        return place("input", batch.input(), Target.of(batch.input()))
                .or(() -> place("target", batch.target().values(), batch.target()))
                .map(place -> new Diagnosis(symptom + ", because " + place + ".", "", true));
    }

    /** Looks at the parameters alone. */
    static Optional<Diagnosis> inParameters(String symptom, Parameters parameters) {
        return firstNotFinite(parameters)
                .map(slice -> new Diagnosis(
                        symptom + ", and parameter " + slice.name() + " " + slice.shape()
                                + " is the first that is not finite.",
                        slice.name(),
                        false));
    }

    private static Optional<Diagnosis> inGradient(String symptom, Parameters gradient) {
        return firstNotFinite(gradient)
                .map(slice -> new Diagnosis(
                        symptom + ", and parameter " + slice.name() + " " + slice.shape()
                                + " is the first whose gradient is not finite.",
                        slice.name(),
                        false));
    }

    String advice(TrainingPlan plan, double rate) {
        if (data) {
            return "Look for missing or broken values in the data.";
        }
        // A rate that is far beyond any usual one says nothing about where to go from it.
        String lower = rate > USUAL ? "as small as 0.001" : "below " + (float) rate;
        return "The updates were probably too large: use a learning rate " + lower
                + (plan.clipping() instanceof Clipping.None
                        ? " or clip the gradient, for example by norm to 1."
                        : " or clip harder than " + plan.clipping() + ".");
    }

    private static Optional<Slice> firstNotFinite(Parameters parameters) {
        float[] values = parameters.values();
        for (Slice slice : parameters.slices()) {
            for (int i = slice.offset(); i < slice.end(); i++) {
                if (!Float.isFinite(values[i])) {
                    return Optional.of(slice);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> place(String what, SequenceBatch values, Target counting) {
        if (values instanceof Tokens) {
            return Optional.empty();
        }
        Sequence x = (Sequence) values;
        for (int t = 0; t < x.steps(); t++) {
            for (int n = 0; n < x.batchSize(); n++) {
                for (int d = 0; d < x.size(); d++) {
                    if (!Float.isFinite(x.get(t, n, d)) && counting.counts(t, n)) {
                        return Optional.of("number " + d + " of the " + what + " at step " + t + " of sequence " + n
                                + " is " + x.get(t, n, d));
                    }
                }
            }
        }
        return Optional.empty();
    }
}
