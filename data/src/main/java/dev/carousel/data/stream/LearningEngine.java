package dev.carousel.data.stream;

import dev.carousel.data.DataException;
import dev.carousel.data.file.SavedState;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.online.OnlineLearner;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Rows of a series from which the network learns, each after it was forecast or scored; next to it the same network as it was, and
 * naive forecasts, to be judged by the same rows.
 */
final class LearningEngine implements TaskStream.Engine {

    private static final int MAGIC = 0x434c4531;

    private final ForecastSpec spec;
    private final OnlineLearner learner;
    private final RowEngine learning;
    private final RowEngine frozen;
    private final PrequentialErrors errors;

    // The forecasts of the next row, one a target.
    private final double[] learned;
    private final double[] asItWas;

    /** The last rows, as far as the naive forecasts look back; row i stands at i modulo their number. */
    private final double[][] recent;

    private long rows;

    /**
     * A stream that begins.
     *
     * @param learner whose steps the first of the two engines takes
     */
    LearningEngine(ForecastSpec spec, OnlineLearner learner, RowEngine learning, RowEngine frozen) {
        this.spec = spec;
        this.learner = learner;
        this.learning = learning;
        this.frozen = frozen;
        int targets = spec.targets().size();
        List<String> forecasters = new ArrayList<>(List.of("learning", "frozen", "last value"));
        if (spec.season() > 1) {
            forecasters.add(spec.season() + " rows before");
        }
        this.errors = new PrequentialErrors(forecasters, spec.targets());
        this.learned = none(targets);
        this.asItWas = none(targets);
        this.recent = new double[Math.max(1, spec.season())][targets];
    }

    private static double[] none(int targets) {
        double[] none = new double[targets];
        Arrays.fill(none, Double.NaN);
        return none;
    }

    OnlineLearner learner() {
        return learner;
    }

    PrequentialErrors errors() {
        return errors;
    }

    @Override
    public Answer add(Event event) {
        Answer answer = learning.add(event);
        taken(event, answer, frozen.add(event));
        return answer;
    }

    private void taken(Event event, Answer answer, Answer other) {
        if (answer instanceof Answer.Score) {
            forecasts(answer, learned);
            forecasts(other, asItWas);
        }
        if (!event.ahead()) {
            judge(learning.lastTargets());
        }
        if (answer instanceof Answer.Forecast) {
            forecasts(answer, learned);
            forecasts(other, asItWas);
        }
    }

    private void judge(double[] truth) {
        List<double[]> forecasts = new ArrayList<>(List.of(learned, asItWas, naive(1)));
        if (spec.season() > 1) {
            forecasts.add(naive(spec.season()));
        }
        errors.add(truth, forecasts);
        System.arraycopy(truth, 0, recent[(int) (rows % recent.length)], 0, truth.length);
        rows++;
    }

    private double[] naive(int before) {
        return rows < before ? none(learned.length) : recent[(int) ((rows - before) % recent.length)].clone();
    }

    /** What an answer says of the row that it scores, or of the next one. */
    private void forecasts(Answer answer, double[] to) {
        Arrays.fill(to, Double.NaN);
        for (int k = 0; k < to.length; k++) {
            String target = spec.targets().get(k);
            if (answer instanceof Answer.Score score && score.expected().containsKey(target)) {
                to[k] = score.expected().get(target);
            } else if (answer instanceof Answer.Forecast forecast
                    && !forecast.steps().isEmpty()) {
                List<Double> levels = forecast.steps().get(0).values().get(target);
                to[k] = Objects.requireNonNull(levels, target).get(spec.middle());
            }
        }
    }

    @Override
    public Optional<LocalDateTime> lastDate() {
        return learning.lastDate();
    }

    @Override
    public boolean gapBefore(Event event) {
        return learning.gapBefore(event);
    }

    @Override
    public long rowsUntilAnswer() {
        return learning.rowsUntilAnswer();
    }

    @Override
    public Answer addAfterGap(Event event) {
        byte[] before = learner.save();
        Answer answer;
        try {
            answer = learning.addAfterGap(event);
        } catch (RuntimeException e) {
            learner.restore(before);
            throw e;
        }
        Arrays.fill(learned, Double.NaN);
        rows = 0;
        taken(event, answer, frozen.addAfterGap(event));
        return answer;
    }

    @Override
    public void reset() {
        learning.reset();
        frozen.reset();
        Arrays.fill(learned, Double.NaN);
        rows = 0;
    }

    @Override
    public byte[] save() {
        return SavedState.write(MAGIC, out -> {
            for (byte[] part : List.of(learner.save(), learning.save(), frozen.save())) {
                out.writeInt(part.length);
                out.write(part);
            }
            errors.write(out);
            out.writeLong(rows);
            for (double[] numbers : numbers()) {
                for (double number : numbers) {
                    out.writeDouble(number);
                }
            }
        });
    }

    private List<double[]> numbers() {
        List<double[]> all = new ArrayList<>(List.of(learned, asItWas));
        all.addAll(Arrays.asList(recent));
        return all;
    }

    @Override
    public void restore(byte[] saved) {
        SavedState.read(saved, MAGIC, in -> {
            byte[] ofLearner = SavedState.readPart(in);
            byte[] ofLearning = SavedState.readPart(in);
            byte[] ofFrozen = SavedState.readPart(in);
            Runnable judged = errors.read(in);
            long count = in.readLong();
            List<double[]> read = new ArrayList<>();
            for (double[] numbers : numbers()) {
                double[] some = new double[numbers.length];
                for (int i = 0; i < some.length; i++) {
                    some[i] = in.readDouble();
                }
                read.add(some);
            }
            if (count < 0) {
                throw SavedState.damaged("it counts " + count + " rows");
            }
            return () -> {
                restoreLearner(ofLearner);
                learning.restore(ofLearning);
                frozen.restore(ofFrozen);
                judged.run();
                rows = count;
                List<double[]> own = numbers();
                for (int i = 0; i < own.size(); i++) {
                    System.arraycopy(read.get(i), 0, own.get(i), 0, read.get(i).length);
                }
            };
        });
    }

    /** A learner that was saved with another rate, say, is refused before anything is changed. */
    private void restoreLearner(byte[] saved) {
        try {
            learner.restore(saved);
        } catch (IllegalArgumentException e) {
            throw new DataException(DataException.Kind.STATE_OF_ANOTHER_MODEL, String.valueOf(e.getMessage()), e);
        }
    }
}
