package dev.carousel.data.text;

import dev.carousel.network.PackedNetwork;
import dev.carousel.network.State;
import dev.carousel.stream.Session;
import dev.carousel.tensor.Matrix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What single hidden units of a text model do while it reads, and which of them track something that a reader would
 * recognise: quotation marks, the length of a line.
 *
 * <pre>{@code
 * HiddenUnits units = HiddenUnits.over(network, TextUnits.of(model.task()), text.heldOut(0.9).ids());
 * for (HiddenUnits.Finding finding : units.findings(10)) {
 *     System.out.println(finding);                 // layer 2, unit 17: inside quotes, r = 0.83
 * }
 * }</pre>
 *
 * <p>The activation of a unit after a step is tanh(c) where its cell has a cell state c, since c is what remembers, else
 * its output h. It follows an indicator as far as the two correlate over the text:
 *
 * <pre>{@code r = Σ (a - mean a) (b - mean b) / √(Σ (a - mean a)² Σ (b - mean b)²)}</pre>
 *
 * <p>Source: Karpathy, Johnson, Fei-Fei, Visualizing and understanding recurrent networks, 2015.
 */
public final class HiddenUnits {

    /** Units that hardly move say nothing. */
    private static final double LEAST_DEVIATION = 1e-4;

    private final List<String> symbols;
    private final List<float[][]> activations;

    private HiddenUnits(List<String> symbols, List<float[][]> activations) {
        this.symbols = symbols;
        this.activations = activations;
    }

    /**
     * A unit and what it follows best.
     *
     * @param layer which recurrent layer, from 1
     * @param unit which of its units, from 0
     * @param indicator what it follows
     * @param correlation r, below 0 where it does the opposite
     */
    public record Finding(int layer, int unit, TextIndicator indicator, double correlation) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "layer %d, unit %d: %s, r = %.2f", layer, unit, indicator.label(), correlation);
        }
    }

    /**
     * Lets a network read a text, and remembers what every unit did.
     *
     * @param network reads ids, forward
     * @param units what the ids mean
     * @param ids the text; memory grows with its length times the units of the network
     * @throws IllegalArgumentException if an id is unknown to the network or it reads from the end
     */
    public static HiddenUnits over(PackedNetwork network, TextUnits units, int[] ids) {
        Session session = Session.of(network);
        State state = session.state();
        float[] scores = new float[network.spec().outputSize()];
        List<float[][]> activations = new ArrayList<>();
        for (int part = 0; part < state.parts(); part++) {
            activations.add(new float[of(state, part).cols()][ids.length]);
        }
        List<String> symbols = new ArrayList<>();
        for (int t = 0; t < ids.length; t++) {
            session.step(ids[t], scores);
            symbols.add(symbol(units, ids[t]));
            for (int part = 0; part < state.parts(); part++) {
                Matrix values = of(state, part);
                boolean cell = state.hasCellState(part);
                float[][] into = activations.get(part);
                for (int unit = 0; unit < into.length; unit++) {
                    float value = values.get(0, unit);
                    into[unit][t] = cell ? (float) Math.tanh(value) : value;
                }
            }
        }
        return new HiddenUnits(symbols, activations);
    }

    private static Matrix of(State state, int part) {
        return state.hasCellState(part) ? state.c(part) : state.h(part);
    }

    /** A byte that is part of a character is shown as one of Latin-1: one symbol for each step. */
    private static String symbol(TextUnits units, int id) {
        return units instanceof ByteUnits && id >= 0x80 ? Character.toString(id) : units.decode(id);
    }

    /** The text, cut into what is read at a step. */
    public List<String> symbols() {
        return List.copyOf(symbols);
    }

    /** How many recurrent layers there are. */
    public int layers() {
        return activations.size();
    }

    /** How many units a layer has; layers count from 1. */
    public int units(int layer) {
        return activations.get(layer - 1).length;
    }

    /**
     * What a unit did.
     *
     * @param layer which, from 1
     * @param unit which, from 0
     * @return its activation after each step, between -1 and 1 but for cells without bounds; not a copy
     */
    public float[] activation(int layer, int unit) {
        return activations.get(layer - 1)[unit];
    }

    /** How closely a unit follows an indicator; 0 where one of them does not move. */
    public double correlation(int layer, int unit, TextIndicator indicator) {
        return correlation(activation(layer, unit), values(indicator));
    }

    /** The indicator after each step: after the last character of what was read there. */
    private double[] values(TextIndicator indicator) {
        double[] byCharacter = indicator.over(String.join("", symbols));
        double[] values = new double[symbols.size()];
        int read = 0;
        for (int t = 0; t < values.length; t++) {
            String symbol = symbols.get(t);
            read += symbol.codePointCount(0, symbol.length());
            values[t] = byCharacter[read - 1];
        }
        return values;
    }

    private static double correlation(float[] a, double[] b) {
        int n = a.length;
        double meanA = 0;
        double meanB = 0;
        for (int i = 0; i < n; i++) {
            meanA += a[i] / (double) n;
            meanB += b[i] / n;
        }
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < n; i++) {
            double da = a[i] - meanA;
            double db = b[i] - meanB;
            ab += da * db;
            aa += da * da;
            bb += db * db;
        }
        boolean moves = aa > n * LEAST_DEVIATION * LEAST_DEVIATION && bb > 0;
        return moves ? ab / Math.sqrt(aa * bb) : 0;
    }

    /**
     * The units that follow an indicator best, the closest first: for each indicator that occurs in the text its best
     * unit, then the next best ones of all.
     *
     * @param most how many at most; no unit is named twice
     */
    public List<Finding> findings(int most) {
        List<Finding> all = new ArrayList<>();
        for (TextIndicator indicator : TextIndicator.values()) {
            double[] values = values(indicator);
            for (int layer = 1; layer <= layers(); layer++) {
                for (int unit = 0; unit < units(layer); unit++) {
                    double r = correlation(activation(layer, unit), values);
                    if (r != 0) {
                        all.add(new Finding(layer, unit, indicator, r));
                    }
                }
            }
        }
        all.sort(Comparator.comparingDouble(finding -> -Math.abs(finding.correlation())));
        List<Finding> chosen = new ArrayList<>();
        for (boolean newIndicators : new boolean[] {true, false}) {
            for (Finding finding : all) {
                boolean named = chosen.stream()
                        .anyMatch(other -> other.layer() == finding.layer() && other.unit() == finding.unit());
                boolean known = chosen.stream().anyMatch(other -> other.indicator() == finding.indicator());
                if (chosen.size() < most && !named && !(newIndicators && known)) {
                    chosen.add(finding);
                }
            }
        }
        chosen.sort(Comparator.comparingDouble(finding -> -Math.abs(finding.correlation())));
        return chosen;
    }
}
