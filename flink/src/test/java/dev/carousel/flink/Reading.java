package dev.carousel.flink;

import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import java.util.SplittableRandom;

/**
 * What a pump reads.
 *
 * @param number of all readings
 * @param pump which one
 * @param values three numbers
 */
public record Reading(long number, int pump, float[] values) {

    static final int INPUTS = 3;
    static final int OUTPUTS = 2;
    static final NetworkSpec SPEC = NetworkSpec.of(Recurrent.lstm(INPUTS, 16), Dense.head(16, OUTPUTS));

    /** Reading i of some pumps: always the same. */
    static Reading of(long i, int pumps) {
        SplittableRandom random = new SplittableRandom(i);
        int pump = random.nextInt(pumps);
        float[] values = new float[INPUTS];
        for (int d = 0; d < INPUTS; d++) {
            values[d] = (float) random.nextDouble(-2, 2);
        }
        return new Reading(i, pump, values);
    }

    static Model model(long seed) {
        return model(SPEC, seed);
    }

    static Model model(NetworkSpec spec, long seed) {
        return Model.of(Network.initialised(spec, new SplittableRandom(seed)), Task.of("test"));
    }

    static float[] step(Session session, Reading reading) {
        float[] y = new float[OUTPUTS];
        session.step(reading.values(), y);
        return y;
    }

    /**
     * The answer to a reading.
     *
     * @param number of the reading
     * @param pump which one
     * @param y two numbers
     */
    public record Answered(long number, int pump, float[] y) {}

    static CarouselProcessFunction<Integer, Reading, Answered> function(Model model) {
        return CarouselProcessFunction.ofNetwork(
                model, Reading::values, (pump, reading, y) -> new Answered(reading.number(), pump, y), Answered.class);
    }
}
