package dev.carousel.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.carousel.kernel.Team;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Descent;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.stream.Session;
import dev.carousel.stream.SessionBatch;
import dev.carousel.stream.SessionPool;
import dev.carousel.stream.Stepper;
import dev.carousel.tensor.Sequence;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What goes wrong in a loop of one's own is refused where it happens, and nothing has changed. */
class HandMadeLoopTest {

    private final Network network = Network.initialised(
            NetworkSpec.of(LayerSpec.Recurrent.lstm(3, 5), LayerSpec.Dense.head(5, 2)), new SplittableRandom(1));
    private final Tape tape = network.tape(Team.single());
    private final Sequence x = numbers(2, 4, 2, 3);
    private final Sequence dY = numbers(3, 4, 2, 2);

    private static Sequence numbers(long seed, int T, int N, int D) {
        Sequence made = Sequence.zeros(T, N, D);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < made.data().length; i++) {
            made.data()[i] = (float) random.nextDouble(-1, 1);
        }
        return made;
    }

    private void forward() {
        tape.forward(x, network.freshState(2));
    }

    @Test
    void aGradientIsNotAddedToTheParametersThemselves() {
        float[] before = network.parameters().values().clone();
        forward();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tape.backward(dY, network.parameters()))
                .withMessageContaining("zerosLike()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Descent.of(new Adam(0.1), network).step(network.parameters()))
                .withMessageContaining("zerosLike()");
        assertThat(network.parameters().values()).isEqualTo(before);
    }

    @Test
    void parametersMustNotChangeBetweenBothPasses() {
        Parameters gradient = network.parameters().zerosLike();
        forward();
        tape.backward(dY, gradient);
        forward();
        Descent.of(new Adam(0.1), network).step(gradient);
        assertThatIllegalStateException()
                .isThrownBy(() -> tape.backward(dY, gradient))
                .withMessageContaining("changed since the forward pass");
        forward();
        network.parameters().set("out.bias", 1, 2);
        assertThatIllegalStateException().isThrownBy(() -> tape.backward(dY, gradient));
        forward();
        assertThatCode(() -> tape.backward(dY, gradient)).doesNotThrowAnyException();
    }

    @Test
    void aGradientThatIsNotFiniteIsNotFollowed() {
        Parameters gradient = network.parameters().zerosLike();
        float[] before = network.parameters().values().clone();
        Descent descent = Descent.of(new Adam(0.1), network);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            gradient.values()[7] = bad;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> descent.step(gradient))
                    .withMessageContaining("NaN or infinite");
        }
        assertThat(network.parameters().values()).isEqualTo(before);
        gradient.clear();
        assertThat(descent.clip(gradient)).isZero();
        assertThatCode(() -> descent.step(gradient)).doesNotThrowAnyException();
        // What was found finite once is looked at again the next time.
        gradient.values()[7] = Float.NaN;
        assertThatIllegalArgumentException().isThrownBy(() -> descent.step(gradient));
    }

    @Test
    void predictRefusesWhatIsNotFinite() {
        PackedNetwork packed = network.pack();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> packed.predict(new float[][][] {{{1, 2, 3}}, {{1, 2, 3}, {1, Float.NaN, 3}}}))
                .withMessageContaining("Number 1 of step 1 of sequence 1 is NaN");
    }

    @Test
    void weightsThatAreNotFiniteStepNothing() {
        network.parameters().values()[3] = Float.NaN;
        PackedNetwork packed = network.pack();
        for (Runnable use : Arrays.<Runnable>asList(
                () -> Session.of(packed),
                () -> Stepper.of(packed),
                () -> SessionBatch.of(packed, 2, Team.single()),
                () -> SessionPool.of(packed),
                () -> packed.predict(new float[][][] {{{1, 2, 3}}}))) {
            assertThatIllegalStateException().isThrownBy(use::run).withMessageContaining("holds NaN");
        }
        assertThatCode(() -> Session.ofAnyNumbers(packed)).doesNotThrowAnyException();
    }
}
