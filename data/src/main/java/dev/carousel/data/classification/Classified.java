package dev.carousel.data.classification;

/**
 * What a classifier says about some sequences.
 *
 * <p>Each class by itself, the answer is that of the largest probability. Of a tagger with a conditional random field it is that of the
 * best path, which may be another one: the probabilities of a step are over all tags of the other steps.
 */
public final class Classified {

    private final double[][][] probabilities;
    private final int[][] said;

    Classified(double[][][] probabilities, int[][] said) {
        this.probabilities = probabilities;
        this.said = said;
    }

    /**
     * The answers of the largest probabilities.
     *
     * @param probabilities of sequence, step and class; not copied
     */
    public static Classified likeliest(double[][][] probabilities) {
        int[][] said = new int[probabilities.length][];
        for (int i = 0; i < said.length; i++) {
            said[i] = new int[probabilities[i].length];
            for (int t = 0; t < said[i].length; t++) {
                said[i][t] = ClassScores.likeliest(probabilities[i][t]);
            }
        }
        return new Classified(probabilities, said);
    }

    /** How many sequences there are. */
    public int count() {
        return said.length;
    }

    /** How many answers there are about a sequence: one, or one for each step. */
    public int steps(int i) {
        return said[i].length;
    }

    /** The class that it says, of a sequence, in step 0, or of one of its steps. */
    public int said(int i, int t) {
        return said[i][t];
    }

    /** The probability of each class, likewise; not a copy. */
    public double[] probabilities(int i, int t) {
        return probabilities[i][t];
    }

    /** All probabilities, of sequence, step and class; not a copy. */
    public double[][][] probabilities() {
        return probabilities;
    }
}
