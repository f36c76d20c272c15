package dev.carousel.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Matrices are views, and say what does not fit. */
class MatrixTest {

    @Test
    void matrixIsAViewIntoItsArray() {
        float[] data = {0, 1, 2, 3, 4, 5, 6, 7};
        Matrix m = Matrix.of(data, 1, 2, 3);
        assertThat(m.get(0, 0)).isEqualTo(1);
        assertThat(m.get(1, 2)).isEqualTo(6);
        m.set(1, 0, 40);
        assertThat(data).containsExactly(0, 1, 2, 3, 40, 5, 6, 7);
        assertThat(m).hasToString("Matrix[2, 3]");
    }

    @Test
    void rowIsACopy() {
        Matrix m = Matrix.zeros(2, 2);
        m.row(1)[0] = 5;
        assertThat(m.get(1, 0)).isZero();
        m.set(1, 1, 3);
        assertThat(m.row(1)).containsExactly(0, 3);
    }

    @Test
    void viewBeyondItsArrayIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.of(new float[6], 1, 2, 3))
                .withMessageContaining("A Matrix at offset 1 of shape [1, 2, 3] needs 6 numbers but the array holds 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.of(new float[6], -1, 2, 3))
                .withMessage("offset is -1 but must not be negative.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.of(new float[6], 0, -2, 3))
                .withMessage("rows is -2 but must not be negative.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.of(new float[6], 0, 2, -3))
                .withMessage("cols is -3 but must not be negative.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.of(new float[6], 0, 1 << 16, 1 << 16))
                .withMessageContaining("needs 4294967296 numbers");
    }
}
