package dev.carousel.kafka;

import dev.carousel.model.Model;
import dev.carousel.model.Task;
import dev.carousel.network.Network;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Session;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** A network, numbered readings of many keys, and what sessions in process answer to them. */
final class TestSessions {

    static final int INPUTS = 3;
    static final int OUTPUTS = 2;
    static final NetworkSpec SPEC = NetworkSpec.of(Recurrent.lstm(INPUTS, 16), Dense.head(16, OUTPUTS));

    private TestSessions() {}

    static Model model(long seed) {
        return model(SPEC, seed);
    }

    static Model model(NetworkSpec spec, long seed) {
        return Model.of(Network.initialised(spec, new SplittableRandom(seed)), Task.of("test"));
    }

    /** Which key reading i is of. */
    static String key(long i, int keys) {
        return "pump-" + new SplittableRandom(i).nextInt(keys);
    }

    static float[] event(long i) {
        SplittableRandom random = new SplittableRandom(~i);
        float[] event = new float[INPUTS];
        for (int d = 0; d < INPUTS; d++) {
            event[d] = (float) random.nextGaussian();
        }
        return event;
    }

    /** A record's value: its number, its numbers. */
    static byte[] bytes(long number, float[] numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + Float.BYTES * numbers.length);
        bytes.putLong(number);
        for (float one : numbers) {
            bytes.putFloat(one);
        }
        return bytes.array();
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }

    static float[] numbers(byte[] bytes) {
        float[] numbers = new float[(bytes.length - Long.BYTES) / Float.BYTES];
        ByteBuffer.wrap(bytes, Long.BYTES, bytes.length - Long.BYTES)
                .asFloatBuffer()
                .get(numbers);
        return numbers;
    }

    static float[] step(Session session, float[] event) {
        float[] y = new float[OUTPUTS];
        session.step(event, y);
        return y;
    }
}
