package dev.carousel.bench.peers;

import dev.carousel.bench.Engine;
import dev.carousel.bench.LayerCase;
import dev.carousel.bench.LayerData;
import dev.carousel.bench.TimedLayer;
import dev.carousel.bench.Work;
import dev.carousel.cli.timing.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** PyTorch's C++ library on the CPU, through JavaCPP. */
public final class PyTorchEngine implements Engine {

    /** Found by {@link java.util.ServiceLoader}. */
    public PyTorchEngine() {}

    @Override
    public String name() {
        return "pytorch";
    }

    @Override
    public String version() {
        String config = torch.show_config().getString();
        return config.lines()
                        .filter(line -> line.contains("MKL") && !line.contains("FLAGS"))
                        .map(String::strip)
                        .findFirst()
                        .orElse("")
                + config.replaceAll("(?s).*(, TORCH_VERSION=[^,]*).*", "$1");
    }

    @Override
    public boolean knows(LayerCase one) {
        return true;
    }

    @Override
    public TimedLayer open(LayerCase one, LayerData data, int threads) {
        torch.set_num_threads(threads);
        return new Layer(one, data);
    }

    private static final class Layer implements TimedLayer {

        private static final boolean BIASES = true;
        private static final long LAYERS = 1;
        private static final double DROPOUT = 0;
        private static final boolean BIDIRECTIONAL = false;
        private static final boolean BATCH_FIRST = false;

        private final LayerCase one;
        private final List<Pointer> owned = new ArrayList<>();
        private final Tensor x;
        private final Tensor w;
        private final Tensor r;
        private final Tensor bW;
        private final Tensor bR;
        private final Tensor dY;
        private final Tensor zero;
        private List<Tensor> state;
        private List<Tensor> last = List.of();

        Layer(LayerCase one, LayerData data) {
            this.one = one;
            Shape s = one.shape();
            int rows = one.gates() * s.hiddenSize();
            boolean carries = one.work() == Work.STEP;
            long[] xShape = carries
                    ? new long[] {s.batchSize(), s.inputSize()}
                    : new long[] {s.steps(), s.batchSize(), s.inputSize()};
            long[] hShape = carries
                    ? new long[] {s.batchSize(), s.hiddenSize()}
                    : new long[] {1, s.batchSize(), s.hiddenSize()};
            x = tensor(data.x(), true, xShape);
            w = tensor(data.W(), true, rows, s.inputSize());
            r = tensor(data.R(), true, rows, s.hiddenSize());
            bW = tensor(data.bW(), true, rows);
            bR = tensor(data.bR(), true, rows);
            dY = tensor(data.dY(), false, s.steps(), s.batchSize(), s.hiddenSize());
            zero = tensor(new float[s.batchSize() * s.hiddenSize()], false, hShape);
            state = List.of(zero, zero);
        }

        private Tensor tensor(float[] numbers, boolean learns, long... shape) {
            Tensor tensor = Tensor.create(numbers, shape);
            tensor.set_requires_grad(learns && one.work() == Work.TRAIN);
            owned.add(tensor);
            return tensor;
        }

        @Override
        public void run() {
            // It frees all that PyTorch returns within but what is retained.
            PointerScope scope = new PointerScope();
            try {
                List<Tensor> result = one.work() == Work.TRAIN ? train() : infer();
                result.forEach(Pointer::retainReference);
                last.forEach(Pointer::close);
                last = result;
                if (one.work() == Work.STEP) {
                    state = result;
                }
            } finally {
                scope.close();
            }
        }

        /** y, or the state after a step. */
        private List<Tensor> infer() {
            InferenceMode mode = new InferenceMode();
            try {
                return one.work() == Work.STEP ? step() : List.of(forward());
            } finally {
                mode.close();
            }
        }

        /** y and the gradients. */
        private List<Tensor> train() {
            Tensor y = forward();
            TensorVector inputs = new TensorVector(x, w, r, bW, bR);
            TensorVector gradients =
                    torch.grad(new TensorVector(y), inputs, new TensorVector(dY), new BoolOptional(), false, false);
            List<Tensor> result = new ArrayList<>();
            result.add(y);
            for (long i = 0; i < gradients.size(); i++) {
                result.add(new Tensor(gradients.get(i)));
            }
            return result;
        }

        /** An owner of its own of y, which is else a part of the tuple that PyTorch returns. */
        private Tensor forward() {
            TensorVector weights = new TensorVector(w, r, bW, bR);
            boolean train = one.work() == Work.TRAIN;
            if (one.cell().equals("lstm")) {
                TensorVector h = new TensorVector(zero, zero);
                return new Tensor(torch.lstm(x, h, weights, BIASES, LAYERS, DROPOUT, train, BIDIRECTIONAL, BATCH_FIRST)
                        .get0());
            }
            return new Tensor(
                    one.cell().equals("gru")
                            ? torch.gru(x, zero, weights, BIASES, LAYERS, DROPOUT, train, BIDIRECTIONAL, BATCH_FIRST)
                                    .get0()
                            : torch.rnn_tanh(
                                            x,
                                            zero,
                                            weights,
                                            BIASES,
                                            LAYERS,
                                            DROPOUT,
                                            train,
                                            BIDIRECTIONAL,
                                            BATCH_FIRST)
                                    .get0());
        }

        private List<Tensor> step() {
            Tensor h = state.get(0);
            TensorOptional first = new TensorOptional(bW);
            TensorOptional second = new TensorOptional(bR);
            return switch (one.cell()) {
                case "lstm" -> {
                    T_TensorTensor_T next = torch.lstm_cell(x, new TensorVector(h, state.get(1)), w, r, first, second);
                    yield List.of(new Tensor(next.get0()), new Tensor(next.get1()));
                }
                case "gru" -> List.of(torch.gru_cell(x, h, w, r, first, second));
                default -> List.of(torch.rnn_tanh_cell(x, h, w, r, first, second));
            };
        }

        @Override
        public float[] output() {
            return numbers(last.get(0));
        }

        @Override
        public Map<String, float[]> gradients() {
            Map<String, float[]> gradients = new LinkedHashMap<>();
            int i = 1;
            for (String symbol : List.of("x", "W", "R", "bW", "bR")) {
                gradients.put(symbol, numbers(last.get(i++)));
            }
            return gradients;
        }

        private static float[] numbers(Tensor tensor) {
            float[] numbers = new float[(int) tensor.numel()];
            Tensor contiguous = tensor.contiguous();
            contiguous.data_ptr_float().get(numbers);
            contiguous.close();
            return numbers;
        }

        @Override
        public void close() {
            last.forEach(Pointer::close);
            owned.forEach(Pointer::close);
        }
    }
}
