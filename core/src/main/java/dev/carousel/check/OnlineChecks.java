package dev.carousel.check;

import dev.carousel.cell.Cell;
import dev.carousel.check.CheckReport.Row;
import dev.carousel.kernel.Team;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.network.Network;
import dev.carousel.online.OnlineLearner;
import dev.carousel.online.OnlinePlan;
import dev.carousel.optim.Clipping;
import dev.carousel.optim.Optimiser;
import dev.carousel.optim.Update;
import dev.carousel.reference.CellLayer;
import dev.carousel.reference.CellReference;
import dev.carousel.reference.CellReference.WeightSpec;
import dev.carousel.reference.LayerReference;
import dev.carousel.reference.LayerReference.Run;
import dev.carousel.reference.Mat;
import dev.carousel.reference.Mats;
import dev.carousel.reference.Seq;
import dev.carousel.reference.online.RealTimeRecurrentLearning;
import dev.carousel.spec.LayerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Gradients that were carried forward in time against those of backpropagation through time: the sum over steps of the first is the
 * second.
 */
final class OnlineChecks {

    private static final int T = 9;

    private final double tolerance;
    private final double engineTolerance;

    /**
     * With two tolerances.
     *
     * @param tolerance of the reference, in double
     * @param engineTolerance of the engine, in float
     */
    OnlineChecks(double tolerance, double engineTolerance) {
        this.tolerance = tolerance;
        this.engineTolerance = engineTolerance;
    }

    /** A cell's reference, from a random state to a loss that reads every output and all of the final state. */
    List<Row> reference(CellLayer layer, Mats initial, RandomGenerator random) {
        Seq x = Seq.normal(T, layer.inputSize(), new int[] {T}, random);
        Run run = layer.forward(x, initial);
        Seq dY = Seq.normal(T, layer.outputSize(), new int[] {T}, random);
        Mats dLast = Mats.empty();
        for (Map.Entry<String, Mat> part : initial.asMap().entrySet()) {
            dLast = dLast.with(part.getKey(), Mat.normal(1, part.getValue().columns(), 1, random));
        }
        Mats expected = run.backward(dY, dLast).dWeights();

        RealTimeRecurrentLearning learning = RealTimeRecurrentLearning.of(layer.cell(), layer.weights(), initial);
        Mats sum = layer.weights().zerosLike();
        for (int t = 0; t < T; t++) {
            learning.step(x.step(t));
            sum = sum.plus(learning.gradient(initial.zerosLike().with("h", dY.step(t))));
        }
        sum = sum.plus(learning.gradient(dLast));
        List<Row> rows = new ArrayList<>();
        for (String name : expected.names()) {
            double[] actual = sum.get(name).values();
            rows.add(Comparison.values(
                    layer.name() + ", online",
                    "d" + name,
                    actual,
                    expected.get(name).values(),
                    tolerance));
        }
        return rows;
    }

    /** The engine of a network of which it learns exactly, against backpropagation by the reference. */
    List<Row> exact(Network network, RandomGenerator random) {
        LayerReference yardstick = EngineLayers.referenceOf(network);
        Stream stream = Stream.random(network, random);
        Run run = yardstick.forward(stream.x(), freshState(network));
        Seq dY = Seq.zerosLike(run.y(), run.y().size());
        for (int i = 0; i < dY.values().length; i++) {
            dY.values()[i] = 2 * (run.y().values()[i] - stream.target().values()[i]) / dY.size();
        }
        Mats expected = run.backward(dY, yardstick.zeroState(1)).dWeights();
        return compare(network, stream, expected);
    }

    /** The engine of one recurrent layer and a head, against the reference that carries what a weight does to its own unit. */
    List<Row> ownUnits(Network network, CellReference cell, RandomGenerator random) {
        LayerSpec.Recurrent spec = network.spec().stacks().get(0);
        Mats all = EngineCells.mats(network.parameters());
        Mats weights = Mats.empty();
        Map<String, String> names = new LinkedHashMap<>();
        for (WeightSpec weight : cell.weights(spec.inputSize(), spec.hiddenSize())) {
            String name = spec.parameterName(weight.fileName(), 0, 0);
            weights = weights.with(weight.symbol(), all.get(name));
            names.put(weight.symbol(), name);
        }
        Mat head = all.get("out.weight");
        Stream stream = Stream.random(network, random);
        Mats initial = freshState(network).renamed(part -> part.substring(0, 1));
        RealTimeRecurrentLearning learning = RealTimeRecurrentLearning.ofOwnUnits(cell, weights, initial);
        Mats sum = weights.zerosLike();
        for (int t = 0; t < T; t++) {
            Mat y = learning.step(stream.x().step(t)).product(head.transposed()).plusRow(all.get("out.bias"));
            Mat dY = y.minus(stream.target().step(t)).times(2.0 / y.columns());
            sum = sum.plus(learning.gradient(initial.zerosLike().with("h", dY.product(head))));
        }
        return compare(network, stream, sum.renamed(names::get));
    }

    /** The state in which a sequence begins, which may be infinite. */
    private static Mats freshState(Network network) {
        return new EngineLayer(network, Team.single()).freshState(1);
    }

    private List<Row> compare(Network network, Stream stream, Mats expected) {
        Mats actual = stream.learned(network);
        String subject = EngineNames.of(network.spec()) + ", online";
        List<Row> rows = new ArrayList<>();
        for (String name : expected.names()) {
            double[] right = expected.get(name).values();
            rows.add(Comparison.values(subject, "d" + name, actual.get(name).values(), right, engineTolerance));
        }
        return rows;
    }

    /** Whether the engine carries just what {@link RealTimeRecurrentLearning#ofOwnUnits} does. */
    static boolean ownUnits(Cell cell) {
        return cell.unitByUnit() && cell.blocks().size() < 2;
    }

    /** Inputs and what the outputs should have been. */
    private record Stream(Seq x, Seq target) {

        static Stream random(Network network, RandomGenerator random) {
            return new Stream(
                    floats(network.spec().inputSize(), random),
                    floats(network.spec().outputSize(), random));
        }

        /** Normal numbers that the engine need not round. */
        private static Seq floats(int size, RandomGenerator random) {
            Seq some = Seq.normal(T, size, new int[] {T}, random);
            Arrays.setAll(some.values(), i -> (float) some.values()[i]);
            return some;
        }

        /** The gradients of all targets, added up, in double. */
        Mats learned(Network network) {
            OnlinePlan plan = new OnlinePlan(new MeanSquaredError(), new Standing(), Clipping.NONE, 0);
            OnlineLearner learner = OnlineLearner.of(network, plan);
            float[] y = new float[target.size()];
            Mats sum = EngineCells.mats(network.parameters()).zerosLike();
            for (int t = 0; t < T; t++) {
                learner.predict(floats(x.step(t)), y);
                learner.learn(floats(target.step(t)));
                sum = sum.plus(EngineCells.mats(learner.gradient()));
            }
            return sum;
        }

        private static float[] floats(Mat row) {
            float[] numbers = new float[row.columns()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) row.values()[i];
            }
            return numbers;
        }
    }

    /** Leaves the weights as they are, so that the gradients of all steps are of the same. */
    private record Standing() implements Optimiser {

        @Override
        public double learningRate() {
            return 0;
        }

        @Override
        public List<String> remembered() {
            return List.of();
        }

        @Override
        public void update(Update u) {
            // Weights stay.
        }
    }
}
