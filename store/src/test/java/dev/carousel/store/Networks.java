package dev.carousel.store;

import dev.carousel.network.Network;
import dev.carousel.network.PackedNetwork;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.train.Seeds;
import java.util.SplittableRandom;

/** The network of these tests, and its events. */
final class Networks {

    static final int INPUTS = 3;
    static final int OUTPUTS = 2;

    private Networks() {}

    /** Small, with two layers of two kinds, the same in every process. */
    static PackedNetwork small() {
        return Network.initialised(
                        NetworkSpec.of(
                                Recurrent.lstm(INPUTS, 5),
                                Recurrent.gru(5, 4).withName("upper"),
                                Dense.head(4, OUTPUTS)),
                        new Seeds(11).initialisation())
                .pack();
    }

    static float[] event(SplittableRandom random) {
        float[] event = new float[INPUTS];
        for (int d = 0; d < INPUTS; d++) {
            event[d] = (float) random.nextDouble(-2, 2);
        }
        return event;
    }

    /** The event of this number of a key, the same in every process. */
    static float[] event(String key, long number) {
        return event(new SplittableRandom(key.hashCode() * 31L + number));
    }
}
