package dev.carousel.report;

import dev.carousel.kernel.Kernels;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingResult;
import dev.carousel.train.Windows;

/** A training that takes no time: ids that follow each other in turn. */
final class SmallTraining {

    static final int EPOCHS = 3;

    /** Updates in an epoch. */
    static final int BATCHES = 10;

    private static final int V = 5;

    private SmallTraining() {}

    static Network network() {
        NetworkSpec spec = NetworkSpec.of(new OneHot(V), Recurrent.gru(V, 6), Dense.head(6, V));
        Parameters parameters = spec.zeroParameters();
        Initialisation.uniform().fill(spec, parameters, new Seeds(1).initialisation());
        return Network.of(spec, parameters, Kernels.scalar());
    }

    static TrainingResult run(Network network, TrainingListener... listeners) {
        TrainingPlan plan = TrainingPlan.of(new SoftmaxCrossEntropy())
                .withOptimiser(new Adam(0.02))
                .withEpochs(EPOCHS);
        return Trainer.of(network, plan, Team.single())
                .train(text(4 * 5 * BATCHES + 1), text(4 * 5 * 2 + 1), listeners);
    }

    private static Windows text(int count) {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = i % V;
        }
        return Windows.ofText(ids, 4, 5, Windows.Tail.DROP);
    }
}
