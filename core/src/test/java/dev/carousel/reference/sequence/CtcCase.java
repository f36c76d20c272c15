package dev.carousel.reference.sequence;

import dev.carousel.reference.Seq;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.Random;

/** A sequence of a few scores, and a few labels, some of which do not fit. */
public final class CtcCase {

    private final double[][] scores;
    private final int[] labels;
    private final int blank;

    private CtcCase(double[][] scores, int[] labels, int blank) {
        this.scores = scores;
        this.labels = labels;
        this.blank = blank;
    }

    /** Scores that a float holds exactly. */
    public static CtcCase draw(Random random, int mostSteps, int mostClasses) {
        int T = random.nextInt(mostSteps + 1);
        int V = 2 + random.nextInt(mostClasses - 1);
        int blank = random.nextInt(V);
        double spread = new double[] {0.1, 1, 4, 15}[random.nextInt(4)];
        double[][] scores = new double[T][V];
        for (double[] step : scores) {
            Arrays.setAll(step, k -> (float) (spread * random.nextGaussian()));
        }
        int[] labels = new int[random.nextInt(Math.max(1, T + 1))];
        Arrays.setAll(labels, i -> (blank + 1 + random.nextInt(V - 1)) % V);
        return new CtcCase(scores, labels, blank);
    }

    public static double[] flat(double[][] numbers) {
        return Arrays.stream(numbers).flatMapToDouble(Arrays::stream).toArray();
    }

    public double[][] scores() {
        return scores;
    }

    public int[] labels() {
        return labels;
    }

    public int blank() {
        return blank;
    }

    public int classes() {
        return scores.length == 0 ? blank + 2 : scores[0].length;
    }

    public Seq seq() {
        return Seq.over(scores.length, 1, classes(), flat(scores));
    }

    public Sequence sequence() {
        Sequence y = Sequence.zeros(scores.length, 1, classes());
        double[] all = flat(scores);
        for (int i = 0; i < all.length; i++) {
            y.data()[i] = (float) all[i];
        }
        return y;
    }

    @Override
    public String toString() {
        return Arrays.deepToString(scores) + " labels " + Arrays.toString(labels) + " blank " + blank;
    }
}
