package dev.carousel.spark;

import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Examples to learn from, made by seed: noisy sine waves whose next value is asked for, of different lengths. */
final class Waves {

    private static final int SIZE = 2;

    private Waves() {}

    static List<Example> examples(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int steps = random.nextInt(6, 13);
            double phase = random.nextDouble(2 * Math.PI);
            double speed = random.nextDouble(0.2, 0.9);
            float[] x = new float[steps * SIZE];
            float[] y = new float[steps];
            for (int t = 0; t < steps; t++) {
                x[t * SIZE] = (float) (Math.sin(phase + speed * t) + random.nextGaussian() * 0.05);
                x[t * SIZE + 1] = (float) speed;
                y[t] = (float) Math.sin(phase + speed * (t + 1));
            }
            examples.add(Example.ofVectors(x, SIZE).withTarget(y, 1));
        }
        return examples;
    }

    static NetworkSpec spec(int hidden) {
        return NetworkSpec.of(Recurrent.gru(SIZE, hidden), Dense.head(hidden, 1));
    }
}
