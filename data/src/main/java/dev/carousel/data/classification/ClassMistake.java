package dev.carousel.data.classification;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An answer of a classifier that was wrong, about a sequence or one of its steps.
 *
 * @param sequence the number of the sequence, from 0
 * @param place where it stands, with the step where each has a class
 * @param truth the class that it has
 * @param said the class that the network said it has
 * @param probability the probability that the network gave it, 0 to 1
 * @param ofTruth the probability that it gave the true class
 */
public record ClassMistake(int sequence, String place, String truth, String said, double probability, double ofTruth) {

    /**
     * The mistakes among some answers, those of the largest probabilities; the most certain first. What has no label counts as none.
     *
     * @param sequences what was classified
     * @param probabilities of each sequence, of the whole or of each step, the probability of each class
     */
    public static List<ClassMistake> of(LabelledSequences sequences, double[][][] probabilities) {
        return of(sequences, Classified.likeliest(probabilities));
    }

    /**
     * The mistakes among some answers, the most certain first. What has no label counts as none.
     *
     * @param sequences what was classified
     * @param answers about each sequence, or each of its steps
     */
    public static List<ClassMistake> of(LabelledSequences sequences, Classified answers) {
        List<ClassMistake> mistakes = new ArrayList<>();
        for (int i = 0; i < sequences.count(); i++) {
            for (int t = 0; t < answers.steps(i); t++) {
                double[] of = answers.probabilities(i, t);
                int truth = sequences.label(i, t);
                int said = answers.said(i, t);
                if (truth != LabelledSequences.UNLABELLED && truth != said) {
                    String place = sequences.place(i) + (sequences.perStep() ? ", step " + (t + 1) : "");
                    List<String> classes = sequences.classes();
                    mistakes.add(
                            new ClassMistake(i, place, classes.get(truth), classes.get(said), of[said], of[truth]));
                }
            }
        }
        mistakes.sort(Comparator.comparingDouble(mistake -> -mistake.probability));
        return mistakes;
    }
}
