package dev.carousel.bench;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batches;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.Windows;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** A whole training step: forward, loss, backward, clip, update. With {@code -prof gc}, what it allocates. */
public class TrainingBenchmark extends Measured {

    private static final int VOCABULARY = 65;
    private static final int FEATURES = 24;

    /** What is trained. */
    public enum Model {
        /** A language model of characters: two LSTM layers of 128, 50 streams, windows of 50 steps. */
        TEXT {
            @Override
            NetworkSpec spec() {
                Recurrent layers = Recurrent.lstm(VOCABULARY, 128).withLayers(2);
                return NetworkSpec.of(new OneHot(VOCABULARY), layers, Dense.head(128, VOCABULARY));
            }

            @Override
            TrainingPlan plan() {
                return TrainingPlan.of(new SoftmaxCrossEntropy())
                        .withOptimiser(new Adam(0.002))
                        .withClipping(Clipping.byNorm(5));
            }

            @Override
            Batches batches() {
                int[] ids = new Random(1).ints(10 * 50 * 50 + 1, 0, VOCABULARY).toArray();
                return Windows.ofText(ids, 50, 50, Windows.Tail.DROP);
            }
        },
        /** A forecaster like that of {@code carousel train births}: one LSTM of 64, batches of 64 by 84 steps. */
        FORECAST {
            @Override
            NetworkSpec spec() {
                return NetworkSpec.of(Recurrent.lstm(FEATURES, 64), Dense.head(64, 1));
            }

            @Override
            TrainingPlan plan() {
                return TrainingPlan.of(new MeanAbsoluteError())
                        .withOptimiser(new Adam(0.004))
                        .withClipping(Clipping.byNorm(1));
            }

            @Override
            Batches batches() {
                Sequence input = Sequence.zeros(10 * 84, 64, FEATURES);
                Sequence target = Sequence.zeros(10 * 84, 64, 1);
                Random random = new Random(1);
                fill(input, random);
                fill(target, random);
                return Windows.of(input, target, 84, Windows.Tail.DROP);
            }
        };

        abstract NetworkSpec spec();

        abstract TrainingPlan plan();

        abstract Batches batches();

        private static void fill(Sequence sequence, Random random) {
            for (int i = 0; i < sequence.data().length; i++) {
                sequence.data()[i] = (float) random.nextGaussian();
            }
        }
    }

    /** What is trained. */
    @Param
    public Model model;

    /** The number of threads. */
    @Param({"1", "2"})
    public int threads;

    private Team team;
    private TrainingStep step;

    /** Compares the first losses with those of the scalar kernels. */
    @Setup
    public void prepare() {
        team = Team.of(threads);
        step = new TrainingStep(model.spec(), model.plan(), model.batches(), Kernels.best(), team);
        TrainingStep scalar = new TrainingStep(model.spec(), model.plan(), model.batches(), Kernels.scalar(), team);
        float[] losses = new float[3];
        float[] right = new float[losses.length];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = (float) step.run();
            right[i] = (float) scalar.run();
        }
        LayerCheck.agree(model + ", losses", "the kernels", losses, "the scalar kernels", right);
    }

    /** Ends the threads. */
    @TearDown
    public void close() {
        team.close();
    }

    /** One batch. */
    @Benchmark
    public double step() {
        return step.run();
    }
}
