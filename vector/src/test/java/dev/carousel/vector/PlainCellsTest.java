package dev.carousel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carousel.kernel.Step;
import dev.carousel.kernel.StepGradient;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether a pass has come to vectors yet changes no bit. */
class PlainCellsTest {

    private static final int ROWS = 5;
    private static final int COLUMNS = 4;

    private static Stream<Pass> all() {
        return Stream.of(
                        VectorLstm.FORWARD,
                        VectorLstm.FORWARD_WITHOUT_TANH,
                        VectorLstm.BACKWARD,
                        VectorLstm.BACKWARD_WITHOUT_TANH,
                        VectorGru.RESET_AFTER,
                        VectorGru.RESET_AFTER_BACK,
                        VectorGru.GATES,
                        VectorGru.GATES_BACK,
                        VectorGru.CANDIDATE,
                        VectorGru.CANDIDATE_BACK,
                        VectorRnn.TANH,
                        VectorRnn.TANH_BACK,
                        VectorRnn.LOGISTIC,
                        VectorRnn.LOGISTIC_BACK,
                        VectorRnn.RELU,
                        VectorRnn.RELU_BACK)
                .flatMap(Arrays::stream);
    }

    static Stream<Pass[]> passes() {
        return all().filter(TwinPass.class::isInstance).map(pass -> ((TwinPass) pass).both());
    }

    /** A step and its gradients in arrays of one seed; every place of an array has a number, so that a stray write shows. */
    private record Numbers(Step s, StepGradient d) {

        static Numbers of(int seed, int H) {
            Random random = new Random(seed);
            Step s = new Step();
            s.rows = ROWS;
            s.hiddenSize = H;
            s.units = H;
            s.aAt = 3;
            s.aStride = COLUMNS * H;
            s.a = normal(random, s.aAt + ROWS * s.aStride + 1);
            s.gAt = 2;
            s.gStride = COLUMNS * H;
            s.g = normal(random, s.gAt + ROWS * s.gStride + 1);
            s.hPrev = normal(random, ROWS * H);
            s.h = normal(random, ROWS * H);
            s.cPrev = normal(random, ROWS * H);
            s.c = normal(random, ROWS * H);
            s.m = normal(random, ROWS * H);
            StepGradient d = new StepGradient();
            d.dYAt = 1;
            d.dYStride = 2 * H;
            d.dY = normal(random, d.dYAt + ROWS * d.dYStride);
            d.dh = normal(random, ROWS * H);
            d.dc = normal(random, ROWS * H);
            d.dm = normal(random, ROWS * H);
            d.direct = normal(random, ROWS * H);
            return new Numbers(s, d);
        }

        private static float[] normal(Random random, int size) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(5) - 2));
            }
            return values;
        }

        float[][] written() {
            return new float[][] {s.a, s.g, s.h, s.c, s.m, d.dc, d.direct};
        }
    }

    @ParameterizedTest
    @MethodSource("passes")
    void vectorEqualsPlain(Pass vector, Pass plain) {
        for (int vectors : new int[] {1, 2, 5}) {
            int H = vectors * Lanes.COUNT;
            Numbers one = Numbers.of(vectors, H);
            Numbers other = Numbers.of(vectors, H);
            Numbers untouched = Numbers.of(vectors, H);
            vector.run(one.s(), one.d(), 1, ROWS);
            plain.run(other.s(), other.d(), 1, ROWS);
            assertThat(other.written()).isDeepEqualTo(one.written());
            assertThat(Arrays.deepEquals(one.written(), untouched.written())).isFalse();
        }
    }

    /** All but the copies of the plain cell's output. */
    @Test
    void everyPassThatComputesHasATwin() {
        assertThat(all().filter(pass -> !(pass instanceof TwinPass))).hasSize(3);
    }

    @Test
    void aTwinComesToVectorsInTheEndWithTheSameBits() {
        Pass pass = VectorLstm.FORWARD[0];
        int H = 4 * Lanes.COUNT;
        Numbers expected = Numbers.of(7, H);
        ((TwinPass) pass).both()[1].run(expected.s(), expected.d(), 0, ROWS);
        for (int i = 0; i < 3_000; i++) {
            Numbers found = Numbers.of(7, H);
            pass.run(found.s(), found.d(), 0, ROWS);
            assertThat(Arrays.deepEquals(found.written(), expected.written()))
                    .as("call %d", i)
                    .isTrue();
        }
    }
}
