package dev.carousel.server.models;

import dev.carousel.data.anomaly.AnomalyTask;
import dev.carousel.data.classification.ClassifierSpec;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.data.forecast.ForecastTask;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.text.TextTask;
import dev.carousel.data.transcription.TranscriberSpec;
import dev.carousel.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A task's answers as a fixed number of numbers, for protocols of tensors.
 *
 * @param names what each number is
 */
record AnswerNumbers(List<String> names) {

    AnswerNumbers {
        names = List.copyOf(names);
    }

    /** What the answers of a model are as numbers. */
    static AnswerNumbers of(Model model) {
        return new AnswerNumbers(
                switch (model.task().kind()) {
                    case ForecastTask.KIND -> forecast(ForecastTask.of(model).spec());
                    case AnomalyTask.KIND -> List.of("score", "threshold", "alarm");
                    case ClassifierSpec.CLASSIFY, ClassifierSpec.TAG ->
                        ClassifierSpec.of(model).classes();
                    case TranscriberSpec.KIND ->
                        TranscriberSpec.of(model).alphabet().units();
                    case TextTask.KIND -> units(TextTask.units(model).size());
                    default ->
                        throw new IllegalArgumentException(
                                "no stream: " + model.task().kind());
                });
    }

    private static List<String> units(int size) {
        List<String> names = new ArrayList<>();
        for (int id = 0; id < size; id++) {
            names.add("unit " + id);
        }
        return names;
    }

    private static List<String> forecast(ForecastSpec spec) {
        List<String> names = new ArrayList<>();
        for (int h = 1; h <= spec.horizon(); h++) {
            for (String target : spec.targets()) {
                if (spec.quantiles().isEmpty()) {
                    names.add(target + "+" + h);
                }
                for (double quantile : spec.quantiles()) {
                    names.add(target + "+" + h + " " + quantile);
                }
            }
        }
        return names;
    }

    int size() {
        return names.size();
    }

    /** NaN where there is no answer yet; of a transcriber, the probability of the label that begins, 0 of all others. */
    float[] of(Answer answer) {
        float[] numbers = new float[names.size()];
        Arrays.fill(numbers, Float.NaN);
        if (answer instanceof Answer.Forecast forecast) {
            int at = 0;
            for (Answer.Forecast.Step step : forecast.steps()) {
                for (List<Double> values : step.values().values()) {
                    for (double value : values) {
                        numbers[at++] = (float) value;
                    }
                }
            }
        } else if (answer instanceof Answer.Score score) {
            numbers[0] = (float) score.score();
            numbers[1] = (float) score.threshold();
            numbers[2] = score.alarm() ? 1 : 0;
        } else if (answer instanceof Answer.Classes classes) {
            put(classes.probabilities().values(), numbers);
        } else if (answer instanceof Answer.Tag tag) {
            put(tag.probabilities().values(), numbers);
        } else if (answer instanceof Answer.Text text) {
            put(text.next(), numbers);
        } else if (answer instanceof Answer.Label label) {
            Arrays.fill(numbers, 0);
            label.label().ifPresent(written -> numbers[names.indexOf(written)] = (float) label.probability());
        } else {
            throw new IllegalStateException(
                    "There are no numbers for a " + answer.getClass().getName() + ".");
        }
        return numbers;
    }

    private static void put(Iterable<Double> from, float[] numbers) {
        int at = 0;
        for (double value : from) {
            numbers[at++] = (float) value;
        }
    }
}
