package dev.carousel.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carousel.cell.WeightPart.Role;
import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** A cell that asks for more than it has declared is told so, rather than given the numbers of another row. */
class UnitTest {

    private static final int H = 3;
    private static final int ROWS = 2;

    private static float[] counted(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i;
        }
        return values;
    }

    private static Unit unit() {
        Step step = new Step();
        step.rows = ROWS;
        step.hiddenSize = H;
        step.aStride = 4 * H;
        step.a = counted(ROWS * step.aStride);
        step.gStride = 2 * H;
        step.g = counted(ROWS * step.gStride);
        step.cStride = 3 * H;
        step.c = counted(ROWS * step.cStride);
        step.cPrev = counted(ROWS * step.cStride);
        step.p = counted(5 * H);
        StepGradient gradient = new StepGradient();
        gradient.dc = counted(ROWS * step.cStride);
        Unit unit = new Unit(step, gradient);
        unit.moveTo(0, 1);
        return unit;
    }

    @Test
    void allThatIsDeclaredCanBeRead() {
        Unit unit = unit();
        assertThat(unit.a(3)).isEqualTo(3 * H + 1);
        assertThat(unit.g(1)).isEqualTo(H + 1);
        assertThat(unit.c(2)).isEqualTo(2 * H + 1);
        assertThat(unit.cPrev(2)).isEqualTo(2 * H + 1);
        assertThat(unit.dc(2)).isEqualTo(2 * H + 1);
        assertThat(unit.p(4)).isEqualTo(4 * H + 1);
    }

    @Test
    void moreIsRefused() {
        Unit unit = unit();
        refused(unit::a, 4, "column 4 of a unit, but says that it has 4. Is one missing in its gates() or columns()?");
        refused(i -> unit.a(i, 1), 4, "column 4");
        refused(unit::g, 2, "gate 2 of a unit, but says that it has 2. Is one missing in its gates()?");
        refused(
                unit::c,
                3,
                "part after h of the state 3 of a unit, but says that it has 3. Is one missing in its state()?");
        refused(i -> unit.c(i, 1), 3, "part after h of the state 3");
        refused(unit::cPrev, 3, "part after h of the state 3");
        refused(unit::dc, 3, "part after h of the state 3");
        refused(i -> unit.dc(i, 1), 3, "part after h of the state 3");
        refused(unit::p, 5, "own weight 5 of a unit, but says that it has 5. Is one missing in its weights()?");
    }

    private static void refused(IntConsumer access, int first, String message) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> access.accept(first))
                .withMessageContaining(message);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> access.accept(-1));
    }

    @Test
    void aWeightStartsFromARangeOrFromNothingOfItsOwn() {
        WeightPart weight = WeightPart.of("gain", Role.OWN, H);
        assertThat(weight.startsByItself()).isFalse();
        assertThat(weight.startingFrom(0.5f, 0.5f).startsByItself()).isTrue();
        for (float[] bad : new float[][] {
            {1, 0}, {Float.NaN, 1}, {1, Float.NaN}, {0, Float.POSITIVE_INFINITY}, {Float.NEGATIVE_INFINITY, 0}
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> weight.startingFrom(bad[0], bad[1]))
                    .withMessageContaining(
                            "WeightPart gain: it starts from numbers between " + bad[0] + " and " + bad[1]);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WeightPart("gain", List.of(H), Role.OWN, true, 1, Float.NaN));
    }
}
