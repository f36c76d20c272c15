package dev.carousel.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.carousel.loss.GoldenLines;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PlateauTest {

    private static final GoldenLines GOLDEN = GoldenLines.read("/optim/trajectories.txt");

    private static void assertEqualsPyTorch(String name, Plateau plateau) {
        double[] losses = GOLDEN.one("plateau losses");
        double[] golden = GOLDEN.one(name);
        assertThat(golden).hasSameSizeAs(losses);
        for (int epochs = 1; epochs <= losses.length; epochs++) {
            assertThat(plateau.factorAfter(Arrays.copyOf(losses, epochs)))
                    .as(name + " after " + epochs)
                    .isCloseTo(golden[epochs - 1], within(1e-12));
        }
    }

    @Test
    void factorsEqualPyTorchEpochByEpoch() {
        assertEqualsPyTorch("plateau patience 2 factor 0.5", new Plateau(0.5, 2));
        assertEqualsPyTorch("plateau patience 1 factor 0.1 threshold 0.01 least 0.05", new Plateau(0.1, 1, 0.01, 0.05));
    }

    @Test
    void beforeTheFirstEpochTheRateIsAsItIs() {
        assertThat(new Plateau(0.5, 1).factorAfter()).isEqualTo(1);
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new Plateau(1, 2)).hasMessageContaining("factor is 1.0");
        assertThatThrownBy(() -> new Plateau(0.5, 0)).hasMessageContaining("patience is 0");
        assertThatThrownBy(() -> new Plateau(0.5, 1, -1, 0)).hasMessageContaining("threshold is -1.0");
        assertThatThrownBy(() -> new Plateau(0.5, 1, 0, 2)).hasMessageContaining("least factor is 2.0");
    }
}
