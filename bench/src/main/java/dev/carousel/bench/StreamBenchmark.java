package dev.carousel.bench;

import dev.carousel.kernel.Kernels;
import dev.carousel.network.Network;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.stream.Session;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** One event of one stream through a whole network. With {@code -prof gc}, what it allocates. */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamBenchmark extends Measured {

    /** D, the numbers of an event. */
    @Param("32")
    public int inputSize;

    /** H, the units of the LSTM. */
    @Param({"64", "256"})
    public int hiddenSize;

    private Session vectors;
    private Session ids;
    private float[] event;
    private float[] output;
    private int id;

    /** Compares the outputs of some events with those of the scalar kernels. */
    @Setup
    public void prepare() {
        Recurrent lstm = Recurrent.lstm(inputSize, hiddenSize);
        vectors = checked(NetworkSpec.of(lstm, Dense.head(hiddenSize, 1)));
        ids = checked(NetworkSpec.of(new OneHot(inputSize), lstm, Dense.head(hiddenSize, 1)));
        event = new float[inputSize];
        event[1] = 1;
        output = new float[1];
    }

    private Session checked(NetworkSpec spec) {
        Session ours = session(spec, Kernels.best());
        Session scalar = session(spec, Kernels.scalar());
        float[] y = new float[1];
        float[] right = new float[1];
        float[] x = new float[inputSize];
        for (int i = 0; i < 5; i++) {
            x[i % inputSize] = 1;
            if (spec.readsIds()) {
                ours.step(i % inputSize, y);
                scalar.step(i % inputSize, right);
            } else {
                ours.step(x, y);
                scalar.step(x, right);
            }
            LayerCheck.agree("event " + i, "the kernels", y, "the scalar kernels", right);
        }
        return ours;
    }

    private static Session session(NetworkSpec spec, Kernels kernels) {
        Parameters parameters = spec.zeroParameters();
        Initialisation.uniform().fill(spec, parameters, new Random(1));
        return Session.of(Network.of(spec, parameters, kernels).pack());
    }

    /** An event that is a vector. */
    @Benchmark
    public float vector() {
        vectors.step(event, output);
        return output[0];
    }

    /** An event that is an id. */
    @Benchmark
    public float id() {
        id = (id + 1) % inputSize;
        ids.step(id, output);
        return output[0];
    }
}
