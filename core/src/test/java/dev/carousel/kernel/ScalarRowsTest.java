package dev.carousel.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScalarRowsTest {

    private final RowKernel rows = Kernels.scalar().rows();

    @Test
    void columnSumsAddToWhatIsThereAndStayInTheirColumns() {
        float[] a = {99, 1, 2, 99, 3, 4, 99, 5, 6};
        float[] sum = {7, 10, 20, 7};
        rows.addColumnSums(3, 2, a, 1, 3, sum, 1);
        assertThat(sum).containsExactly(7, 19, 32, 7);
    }

    @Test
    void softmaxCrossEntropyMayWriteOverItsScores() {
        float[] y = {9, 0.5f, -1, 2, 9};
        float[] dY = new float[3];
        double loss = rows.softmaxCrossEntropy(3, y, 1, 2, 0.5f, dY, 0);
        double sum = Math.exp(0.5) + Math.exp(-1) + Math.exp(2);
        assertThat(loss).isCloseTo(Math.log(sum) - 2, within(1e-12));
        assertThat((double) dY[0]).isCloseTo(0.5 * Math.exp(0.5) / sum, within(1e-8));
        assertThat((double) dY[2]).isCloseTo(0.5 * (Math.exp(2) / sum - 1), within(1e-8));
        double inPlace = rows.softmaxCrossEntropy(3, y, 1, 2, 0.5f, y, 1);
        assertThat(inPlace).isEqualTo(loss);
        assertThat(y).containsExactly(9, dY[0], dY[1], dY[2], 9);
    }
}
