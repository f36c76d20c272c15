package dev.carousel.examples;

import dev.carousel.loss.MeanSquaredError;
import dev.carousel.network.Network;
import dev.carousel.online.OnlineLearner;
import dev.carousel.online.OnlinePlan;
import dev.carousel.optim.Adam;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import java.util.SplittableRandom;

/**
 * A stream whose rule changes twice: a network that learns on finds the new one, a copy of it that was frozen at the first change does
 * not.
 *
 * <p>Each event is a random number; the truth is a weighted sum of the last four, with some noise. The weights change after a third
 * and after two thirds of the stream. The gradient is carried forward (SnAp-1 of a GRU), so that the memory stays the same. Every prediction is judged before the truth is learned from (prequentially: A. P. Dawid, "Present
 * position and potential developments: some personal views: statistical theory: the prequential approach", 1984).
 *
 * <p>{@code LearnWhileStreaming [steps [seed]]}; 200,000 steps unless another number is given.
 */
public final class LearnWhileStreaming {

    private static final double[][] RULES = {{0.6, -0.4, 0.3, 0.2}, {-0.4, 0.6, 0.2, 0.3}, {0.6, 0.4, -0.3, 0.2}};
    private static final double NOISE = 0.3;
    private static final int BLOCKS = 20;

    /**
     * Mean squared errors, prequential.
     *
     * @param learner in each twentieth of the stream
     * @param frozen the same of a copy that was frozen in the beginning, and from the first change on of one that was frozen then
     */
    record Outcome(double[] learner, double[] frozen) {}

    private LearnWhileStreaming() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run(args.length > 0 ? Integer.parseInt(args[0]) : 200_000, args.length > 1 ? Long.parseLong(args[1]) : 1);
    }

    static Outcome run(int steps, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        NetworkSpec spec = NetworkSpec.of(Recurrent.gru(1, 24), Dense.head(24, 1));
        OnlineLearner learner = OnlineLearner.of(
                Network.initialised(spec, random),
                OnlinePlan.of(new MeanSquaredError()).withOptimiser(new Adam(0.003)));
        Session frozen = Session.of(learner.network().pack());
        double[] recent = new double[4];
        double[][] errors = new double[2][BLOCKS];
        float[] y = new float[1];
        for (int t = 0; t < steps; t++) {
            int rule = (int) (3L * t / steps);
            if (t == steps / 3) {
                frozen = Session.of(learner.network().pack());
            }
            System.arraycopy(recent, 0, recent, 1, 3);
            recent[0] = random.nextGaussian();
            double truth = NOISE * random.nextGaussian();
            for (int k = 0; k < recent.length; k++) {
                truth += RULES[rule][k] * recent[k];
            }
            float[] x = {(float) recent[0]};
            int block = (int) ((long) BLOCKS * t / steps);
            learner.predict(x, y);
            errors[0][block] += learner.learn(new float[] {(float) truth}) * BLOCKS / steps;
            frozen.step(x, y);
            errors[1][block] += (y[0] - truth) * (y[0] - truth) * BLOCKS / steps;
        }
        System.out.printf(
                "mean squared error, judged before it is learned from; that of the noise is %.4f%n", NOISE * NOISE);
        System.out.println("from step    learner     frozen");
        for (int b = 0; b < BLOCKS; b++) {
            System.out.printf("%9d %10.4f %10.4f%n", (long) b * steps / BLOCKS, errors[0][b], errors[1][b]);
        }
        return new Outcome(errors[0], errors[1]);
    }
}
