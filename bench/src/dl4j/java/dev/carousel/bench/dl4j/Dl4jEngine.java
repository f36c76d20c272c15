package dev.carousel.bench.dl4j;

import dev.carousel.bench.Engine;
import dev.carousel.bench.Gates;
import dev.carousel.bench.LayerCase;
import dev.carousel.bench.LayerData;
import dev.carousel.bench.TimedLayer;
import dev.carousel.cli.timing.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Deeplearning4j on the CPU. It has no GRU. Sequences are [N, D, T], weights [D, kH] with one bias, and the gates of an LSTM
 * stand in the order g f o i.
 */
public final class Dl4jEngine implements Engine {

    /** For each gate of Deeplearning4j, which it is in i f g o. */
    private static final int[] THEIRS = {2, 1, 3, 0};

    /** For each of i f g o, which gate of Deeplearning4j it is. */
    private static final int[] OURS = {3, 1, 0, 2};

    /** Found by {@link java.util.ServiceLoader}. */
    public Dl4jEngine() {}

    @Override
    public String name() {
        return "deeplearning4j";
    }

    @Override
    public String version() {
        String jar = MultiLayerNetwork.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return jar.replaceAll(".*/|\\.jar$", "") + ", "
                + Nd4j.getBackend().getClass().getSimpleName();
    }

    @Override
    public boolean knows(LayerCase one) {
        return !one.cell().equals("gru");
    }

    @Override
    public TimedLayer open(LayerCase one, LayerData data, int threads) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        return new OneLayer(one, data);
    }

    private static final class OneLayer implements TimedLayer {

        private final LayerCase one;
        private final MultiLayerNetwork network;
        private final INDArray x;
        private final INDArray dY;
        private INDArray y;
        private Pair<Gradient, INDArray> backward = new Pair<>();

        OneLayer(LayerCase one, LayerData data) {
            this.one = one;
            Shape s = one.shape();
            int rows = one.gates() * s.hiddenSize();
            MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
                    .list()
                    .layer(layer(one))
                    .build();
            network = new MultiLayerNetwork(configuration);
            network.init();
            network.setParam("0_W", weights(data.W(), rows, s.inputSize()));
            network.setParam("0_RW", weights(data.R(), rows, s.hiddenSize()));
            network.setParam("0_b", weights(Gates.sum(data.bW(), data.bR()), rows, 1));
            x = sequence(data.x(), s.steps(), s.batchSize(), s.inputSize());
            dY = sequence(data.dY(), s.steps(), s.batchSize(), s.hiddenSize());
            y = dY;
        }

        private static Layer layer(LayerCase one) {
            int D = one.shape().inputSize();
            int H = one.shape().hiddenSize();
            return one.cell().equals("lstm")
                    ? new LSTM.Builder()
                            .nIn(D)
                            .nOut(H)
                            .activation(Activation.TANH)
                            .build()
                    : new SimpleRnn.Builder()
                            .nIn(D)
                            .nOut(H)
                            .activation(Activation.TANH)
                            .build();
        }

        /** From [kH, cols] to [cols, kH]. */
        private INDArray weights(float[] w, int rows, int cols) {
            float[] ordered = one.cell().equals("lstm") ? Gates.reordered(w, THEIRS) : w;
            return Nd4j.createFromArray(Gates.transposed(ordered, rows, cols)).reshape(cols, rows);
        }

        /** From [T, N, size] to [N, size, T], in the order in which Deeplearning4j makes such arrays itself. */
        private static INDArray sequence(float[] numbers, int T, int N, int size) {
            return Nd4j.createFromArray(numbers)
                    .reshape(T, N, size)
                    .permute(1, 2, 0)
                    .dup('f');
        }

        @Override
        public void run() {
            switch (one.work()) {
                case INFER -> y = network.output(x);
                case STEP -> y = network.rnnTimeStep(x);
                case TRAIN -> {
                    network.setInput(x);
                    y = network.feedForward(true, false).get(1);
                    backward = network.backpropGradient(dY, LayerWorkspaceMgr.noWorkspaces());
                }
            }
        }

        @Override
        public float[] output() {
            return numbers(y);
        }

        /** The one bias has the gradient that each of two would have. */
        @Override
        public Map<String, float[]> gradients() {
            Gradient gradient = backward.getFirst();
            Shape s = one.shape();
            int rows = one.gates() * s.hiddenSize();
            Map<String, float[]> gradients = new LinkedHashMap<>();
            gradients.put("x", numbers(backward.getSecond()));
            gradients.put("W", rows(gradient.getGradientFor("0_W"), s.inputSize(), rows));
            gradients.put("R", rows(gradient.getGradientFor("0_RW"), s.hiddenSize(), rows));
            gradients.put("bW", rows(gradient.getGradientFor("0_b"), 1, rows));
            return gradients;
        }

        /** From [size, kH] to [kH, size]. */
        private float[] rows(INDArray gradient, int size, int kH) {
            float[] w = Gates.transposed(gradient.dup('c').data().asFloat(), size, kH);
            return one.cell().equals("lstm") ? Gates.reordered(w, OURS) : w;
        }

        private static float[] numbers(INDArray sequence) {
            return sequence.permute(2, 0, 1).dup('c').data().asFloat();
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
