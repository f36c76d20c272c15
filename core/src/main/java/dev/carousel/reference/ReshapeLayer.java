package dev.carousel.reference;

/**
 * A layer that cuts the numbers of a whole sequence into other steps.
 *
 * <pre>{@code
 * y(k / D')[k mod D'] = x(k / D)[k mod D]          dX likewise of dY          k = 0, 1, ... T D - 1
 * }</pre>
 *
 * <p>No weights, no state.
 */
final class ReshapeLayer implements LayerReference {

    private final int inputSize;
    private final int outputSize;

    /** From vectors of one size to those of another. */
    ReshapeLayer(int inputSize, int outputSize) {
        this.inputSize = inputSize;
        this.outputSize = outputSize;
    }

    @Override
    public String name() {
        return "other steps";
    }

    @Override
    public int inputSize() {
        return inputSize;
    }

    @Override
    public int outputSize() {
        return outputSize;
    }

    @Override
    public Run forward(Seq x, Mats initial) {
        return new Run(
                cut(x, outputSize),
                Mats.empty(),
                (dY, dLast) -> new Gradients(cut(dY, inputSize), Mats.empty(), Mats.empty()));
    }

    private static Seq cut(Seq x, int size) {
        int N = x.batchSize();
        int numbers = x.steps() * x.size();
        double[] values = new double[numbers * N];
        for (int n = 0; n < N; n++) {
            for (int k = 0; k < numbers; k++) {
                values[(k / size * N + n) * size + k % size] = x.get(k / x.size(), n, k % x.size());
            }
        }
        return Seq.over(numbers / size, N, size, values);
    }
}
