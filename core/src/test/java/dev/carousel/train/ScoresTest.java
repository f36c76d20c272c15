package dev.carousel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.carousel.kernel.Activation;
import dev.carousel.kernel.Team;
import dev.carousel.loss.CrfLoss;
import dev.carousel.loss.LogisticCrossEntropy;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.network.Network;
import dev.carousel.spec.AdaptiveSoftmax;
import dev.carousel.spec.Attention;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.EncoderDecoder;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What cannot be trained as it stands is refused before the training. */
class ScoresTest {

    private static NetworkSpec ending(LayerSpec... last) {
        LayerSpec[] layers = new LayerSpec[2 + last.length];
        layers[0] = Recurrent.lstm(2, 4);
        layers[1] = Dense.head(4, 3);
        System.arraycopy(last, 0, layers, 2, last.length);
        return NetworkSpec.of(layers);
    }

    @Test
    void probabilitiesUnderALossThatMakesThemItselfAreRefused() {
        TrainingPlan classes = TrainingPlan.forClasses();
        NetworkSpec softmax = ending(new Parameterless.Softmax(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.of(softmax, classes))
                .withMessageContaining("SoftmaxCrossEntropy: the softmax is part of this loss, which reads scores")
                .withMessageContaining("Softmax[size=3]")
                .withMessageContaining(
                        "without that layer; Sampler.probabilities gives them of its scores afterwards.");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Trainer.of(ending(new Parameterless.Softmax(3), new Parameterless.Drop(3, 0.1f)), classes));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.of(
                        ending(new Parameterless.Softmax(3), new Parameterless.ActivityPenalty(3, 2, 1)), classes))
                .withMessageContaining("Softmax[size=3]");
        LayerSpec linear = new Parameterless.Elementwise(3, Activation.LINEAR);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.of(ending(new Parameterless.Softmax(3), linear), classes));
        NetworkSpec logistic = ending(new Parameterless.Elementwise(3, Activation.LOGISTIC));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.of(logistic, TrainingPlan.of(new LogisticCrossEntropy())))
                .withMessageContaining("without that layer; 1 / (1 + exp(-y)) of each score y is its probability.")
                .withMessageNotContaining("Sampler");
        NetworkSpec adaptive = ending(AdaptiveSoftmax.of(3, 9, List.of(4)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.of(adaptive, TrainingPlan.of(new LogisticCrossEntropy())))
                .withMessageContaining("AdaptiveSoftmax")
                .withMessageContaining("has made probabilities of them already");
        assertThat(Trainer.of(adaptive, classes).network().spec().adaptive()).isTrue();
        Network network = Network.initialised(softmax, new SplittableRandom(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Evaluator.of(network, new SoftmaxCrossEntropy(), Team.single()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Evaluator.of(network.pack(), new SoftmaxCrossEntropy(), Team.single()));
    }

    @Test
    void probabilitiesInTheHeadOfADecoderOrBeforeTheScoresOfPairsOfTagsAreRefused() {
        NetworkSpec pairs = pairs(new Parameterless.Softmax(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.of(pairs, TrainingPlan.forClasses()))
                .withMessageContaining("SoftmaxCrossEntropy: the softmax is part of this loss")
                .withMessageContaining("Softmax[size=3]");
        assertThat(Trainer.of(pairs(), TrainingPlan.forClasses()).network().spec())
                .isEqualTo(pairs());
        NetworkSpec tags = ending(new Parameterless.Softmax(3), CrfScores.of(3));
        TrainingPlan crf = TrainingPlan.of(new CrfLoss(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trainer.of(tags, crf))
                .withMessageContaining("CrfLoss: the softmax is part of this loss")
                .withMessageContaining("Softmax[size=3]");
        assertThat(Trainer.of(ending(CrfScores.of(3)), crf).network().spec().outputSize())
                .isEqualTo(18);
    }

    private static NetworkSpec pairs(LayerSpec... last) {
        LayerSpec[] head = new LayerSpec[1 + last.length];
        head[0] = Dense.head(8, 3);
        System.arraycopy(last, 0, head, 1, last.length);
        NetworkSpec reader = NetworkSpec.of(new LayerSpec.OneHot(3), Recurrent.gru(3, 4));
        return new EncoderDecoder(reader, reader, Attention.dot(), NetworkSpec.of(head)).network();
    }

    @Test
    void scoresAndTheirLogarithmsAreNot() {
        for (LayerSpec last : new LayerSpec[] {
            new Parameterless.LogSoftmax(3), new Parameterless.Drop(3, 0.1f), new Dense("more", 3, 3)
        }) {
            assertThat(Trainer.of(ending(last), TrainingPlan.forClasses())
                            .network()
                            .spec()
                            .layers())
                    .hasSize(3);
        }
        assertThat(Trainer.of(ending(new Parameterless.Softmax(3)), TrainingPlan.forNumbers())
                        .network()
                        .spec()
                        .outputSize())
                .isEqualTo(3);
    }

    @Test
    @SuppressWarnings("NullAway")
    void whatIsNullIsNamedWhereItIsGiven() {
        NetworkSpec spec = ending();
        TrainingPlan plan = TrainingPlan.forNumbers();
        Network network = Network.initialised(spec, new SplittableRandom(1));
        assertThatNullPointerException().isThrownBy(() -> TrainingPlan.of(null)).withMessageContaining("loss is null");
        assertThatNullPointerException()
                .isThrownBy(() -> plan.withOptimiser(null))
                .withMessageContaining("optimiser is null");
        assertThatNullPointerException()
                .isThrownBy(() -> plan.withClipping(null))
                .withMessageContaining("clipping is null");
        assertThatNullPointerException()
                .isThrownBy(() -> Trainer.of(network, null))
                .withMessageContaining("plan is null");
        assertThatNullPointerException()
                .isThrownBy(() -> Trainer.of(network, plan, null))
                .withMessageContaining("team is null");
        assertThatNullPointerException()
                .isThrownBy(() -> Trainer.of((Network) null, plan))
                .withMessageContaining("network is null");
        assertThatNullPointerException()
                .isThrownBy(() -> Recurrent.of(null, 2, 3))
                .withMessageContaining("cell is null");
        assertThatNullPointerException()
                .isThrownBy(() -> Recurrent.lstm(2, 3).withName(null))
                .withMessageContaining("name is null");
        assertThatNullPointerException()
                .isThrownBy(() -> Recurrent.lstm(2, 3).withDirection(null))
                .withMessageContaining("direction is null");
        assertThatNullPointerException()
                .isThrownBy(() -> NetworkSpec.of(Recurrent.lstm(2, 3), null))
                .withMessageContaining("layer 1 is null");
        assertThatNullPointerException()
                .isThrownBy(() -> Network.of(spec, null))
                .withMessageContaining("parameters are null");
    }
}
