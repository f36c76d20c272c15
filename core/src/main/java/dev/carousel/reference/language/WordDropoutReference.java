package dev.carousel.reference.language;

import dev.carousel.reference.Mat;
import dev.carousel.reference.Seq;

/**
 * The vectors of words of which training drops some: the rows of a table, each with a factor that is the same wherever the word
 * stands.
 *
 * <pre>{@code
 * y(t) = m_k E_k            k the word at step t
 * dE_k = m_k Σ dy(t)        over all steps and sequences with word k
 * }</pre>
 *
 * @param table E [V, D]
 * @param factors m [1, V], each 0 or 1 / (1 - p)
 */
public record WordDropoutReference(Mat table, Mat factors) {

    /** y [T, N, D] of the words [T, N]. */
    public Seq forward(int T, int N, int... words) {
        int D = table.columns();
        Seq y = Seq.over(T, N, D, new double[T * N * D]);
        for (int row = 0; row < T * N; row++) {
            for (int d = 0; d < D; d++) {
                y.values()[row * D + d] = factors.get(0, words[row]) * table.get(words[row], d);
            }
        }
        return y;
    }

    /** dE of dy [T, N, D] at these words. */
    public Mat backward(Seq dy, int... words) {
        int D = table.columns();
        Mat dE = Mat.zeros(table.rows(), D);
        for (int row = 0; row < words.length; row++) {
            for (int d = 0; d < D; d++) {
                dE.values()[words[row] * D + d] += factors.get(0, words[row]) * dy.values()[row * D + d];
            }
        }
        return dE;
    }
}
