package dev.carousel.reference;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Anything whose gradients can be checked: arrays in, arrays out, and the gradients that belong to them.
 *
 * <p>To check your own layer, implement this and pass it to
 * {@code dev.carousel.check.GradientCheck.check}:
 *
 * <pre>{@code
 * final class Square implements Differentiable {
 *     private final double[] x;
 *     Square(double[] x) { this.x = x; }
 *
 *     public String name() { return "square"; }
 *     public Map<String, double[]> inputs() { return Map.of("x", x); }
 *     public Map<String, double[]> forward() {
 *         return Map.of("y", Arrays.stream(x).map(v -> v * v).toArray());
 *     }
 *     public Map<String, double[]> backward(Map<String, double[]> dOut) {
 *         double[] dy = Differentiable.array(dOut, "y");
 *         double[] dx = new double[x.length];
 *         Arrays.setAll(dx, k -> 2 * x[k] * dy[k]);
 *         return Map.of("x", dx);
 *     }
 * }
 * }</pre>
 *
 * <p>An array's place in the map is its place in a report, so ordered maps read best.
 */
public interface Differentiable {

    /** What a report calls this. */
    String name();

    /**
     * Every array that the outputs depend on: weights, input, initial state. These are the live arrays: whoever
     * writes to one changes what the next {@link #forward()} computes.
     */
    Map<String, double[]> inputs();

    /** The outputs at the present values of the inputs, in arrays that later calls leave alone. */
    Map<String, double[]> forward();

    /**
     * The gradients in all inputs, under the names of {@link #inputs()} and in arrays of the same lengths. Called right
     * after a {@link #forward()}, with no input changed in between.
     *
     * @param outputGradients the gradient of the loss in every output, under the names of {@link #forward()}
     */
    Map<String, double[]> backward(Map<String, double[]> outputGradients);

    /**
     * A layer at a point: the inputs are its weights, the input sequences {@code x} and the initial state ({@code h0},
     * {@code c0}); the outputs are the output sequences {@code y} and the final state ({@code hn}, {@code cn}). The
     * arrays of all inputs are shared with the arguments.
     */
    static Differentiable of(LayerReference layer, Seq x, Mats initial) {
        return new LayerAtPoint(layer, x, initial);
    }

    /** The name of a part of the state with the mark of its time: {@code h} and {@code 0} give {@code h0}. */
    static String stateName(String part, String time) {
        int end = part.indexOf('_') < 0 ? part.length() : part.indexOf('_');
        return part.substring(0, end) + time + part.substring(end);
    }

    /**
     * The array of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static double[] array(Map<String, double[]> arrays, String name) {
        double[] array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException(
                    "Differentiable: no array is called '" + name + "'; there are " + arrays.keySet() + ".");
        }
        return array;
    }

    /** The live arrays of named matrices. */
    static Map<String, double[]> arrays(Mats mats) {
        Map<String, double[]> arrays = new LinkedHashMap<>();
        mats.asMap().forEach((name, matrix) -> arrays.put(name, matrix.values()));
        return arrays;
    }
}
