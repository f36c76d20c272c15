package dev.carousel.bench;

import dev.carousel.cli.timing.Shape;
import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Carousel itself, on the kernels of one provider. */
final class CarouselEngine implements Engine {

    private static final Map<String, String> PARAMETERS =
            Map.of("W", "weight_ih", "R", "weight_hh", "bW", "bias_ih", "bR", "bias_hh");

    private final Kernels kernels;

    private CarouselEngine(Kernels kernels) {
        this.kernels = kernels;
    }

    /** On the fastest kernels there are. */
    static CarouselEngine best() {
        return new CarouselEngine(Kernels.best());
    }

    /** On the kernels that define what is correct. */
    static CarouselEngine scalar() {
        return new CarouselEngine(Kernels.scalar());
    }

    @Override
    public String name() {
        return "carousel";
    }

    @Override
    public String version() {
        return kernels.name();
    }

    @Override
    public boolean knows(LayerCase one) {
        return true;
    }

    @Override
    public TimedLayer open(LayerCase one, LayerData data, int threads) {
        return new Layer(one, data, Team.of(threads), kernels);
    }

    private static final class Layer implements TimedLayer {

        private final boolean trains;
        private final boolean carries;
        private final Recurrent spec;
        private final Team team;
        private final Tape tape;
        private final State state;
        private final Sequence x;
        private final Sequence dY;
        private final Parameters gradient;
        private Sequence y;

        Layer(LayerCase one, LayerData data, Team team, Kernels kernels) {
            Shape s = one.shape();
            this.trains = one.work() == Work.TRAIN;
            this.carries = one.work() == Work.STEP;
            this.team = team;
            this.spec = Recurrent.of(one.theCell(), s.inputSize(), s.hiddenSize());
            NetworkSpec networkSpec = NetworkSpec.of(spec);
            Parameters parameters = networkSpec.zeroParameters();
            parameters.set(name("W"), data.W());
            parameters.set(name("R"), data.R());
            parameters.set(name("bW"), data.bW());
            parameters.set(name("bR"), data.bR());
            Network network = Network.of(networkSpec, parameters, kernels);
            this.gradient = parameters.zerosLike();
            this.tape = trains ? network.tape(team) : network.pack().tape(team);
            this.state = network.freshState(s.batchSize());
            this.x = Sequence.of(data.x(), s.steps(), s.batchSize(), s.inputSize());
            this.dY = Sequence.of(data.dY(), s.steps(), s.batchSize(), s.hiddenSize());
            this.y = dY;
        }

        private String name(String symbol) {
            return spec.parameterName(PARAMETERS.getOrDefault(symbol, symbol), 0, 0);
        }

        @Override
        public void run() {
            if (!carries) {
                state.clear();
            }
            y = tape.forward(x, state);
            if (trains) {
                Arrays.fill(gradient.values(), 0);
                tape.backward(dY, gradient);
                tape.inputGradient();
            }
        }

        @Override
        public float[] output() {
            return numbers(y);
        }

        @Override
        public Map<String, float[]> gradients() {
            Map<String, float[]> gradients = new LinkedHashMap<>();
            gradients.put("x", numbers(tape.inputGradient()));
            for (String symbol : List.of("W", "R", "bW", "bR")) {
                gradients.put(symbol, gradient.get(name(symbol)));
            }
            return gradients;
        }

        private static float[] numbers(Sequence sequence) {
            return Arrays.copyOf(sequence.data(), sequence.steps() * sequence.batchSize() * sequence.size());
        }

        @Override
        public void close() {
            team.close();
        }
    }
}
