package dev.carousel.examples;

import dev.carousel.kernel.Team;
import dev.carousel.loss.BatchLoss;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Target;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.optim.Descent;
import dev.carousel.optim.Sgd;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.tensor.Sequence;
import java.util.SplittableRandom;

/**
 * A batched LSTM by hand: forward, a loss, backward, one update, and a look at whether the gradient told the truth.
 *
 * <p>{@code Trainer} does all this for you, as the next example shows. This is what it does.
 */
public final class LstmByHand {

    private static final int T = 6; // steps
    private static final int N = 4; // sequences, side by side
    private static final int D = 2; // numbers a step

    /** What happened: the loss, and how it changed when one weight was nudged. */
    record Outcome(double lossBefore, double lossAfter, double predicted, double measured) {}

    private LstmByHand() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run();
    }

    static Outcome run() {
        // The task: say at every step what the first of the two numbers was one step before.
        SplittableRandom random = new SplittableRandom(1);
        Sequence x = Sequence.zeros(T, N, D);
        Sequence before = Sequence.zeros(T, N, 1);
        for (int t = 0; t < T; t++) {
            for (int n = 0; n < N; n++) {
                x.set(t, n, 0, (float) random.nextGaussian());
                x.set(t, n, 1, (float) random.nextGaussian());
                before.set(t, n, 0, t == 0 ? 0 : x.get(t - 1, n, 0));
            }
        }
        Target target = Target.of(before);

        // A description, and a network with random weights. A tape keeps what the backward pass needs.
        NetworkSpec spec = NetworkSpec.of(Recurrent.lstm(D, 8), Dense.head(8, 1));
        Network network = Network.initialised(spec, Initialisation.normal(), random);
        Tape tape = network.tape(Team.single());

        // Forward. The state goes in as h and c before the first step, and comes out as they are after the last.
        State state = network.freshState(N);
        Sequence y = tape.forward(x, state);
        System.out.println("x " + x + " -> y " + y + ", h " + state.h(0) + ", c " + state.c(0));

        // The loss, and its gradient in every output.
        BatchLoss loss = BatchLoss.of(new MeanSquaredError());
        Sequence dY = Sequence.zeros(T, N, 1);
        double lossBefore = loss.evaluate(y, target, dY);

        // Backward, from the last step to the first. It ADDS, so the gradient begins at zero.
        Parameters gradient = network.parameters().zerosLike();
        tape.backward(dY, gradient);
        System.out.printf("%n%-18s %-8s norm of its gradient%n", "parameter", "shape");
        for (Slice slice : gradient.slices()) {
            System.out.printf("%-18s %-8s %.4f%n", slice.name(), slice.shape(), norm(gradient.get(slice.name())));
        }

        // Is it right? Nudge one weight: the loss should change by its gradient times the nudge.
        int i = network.parameters().slice("rnn.weight_ih_l0").offset();
        float nudge = 0.05f;
        network.parameters().values()[i] += nudge;
        double nudged = loss.evaluate(tape.forward(x, network.freshState(N)), target);
        network.parameters().values()[i] -= nudge;
        double measured = nudged - lossBefore;
        double predicted = gradient.values()[i] * nudge;
        System.out.printf("%none weight + %.2f: loss %+.6f, predicted %+.6f%n", nudge, measured, predicted);

        // One update: a step against the gradient.
        Descent.of(new Sgd(0.5), network).step(gradient);
        double lossAfter = loss.evaluate(tape.forward(x, network.freshState(N)), target);
        System.out.printf("one update: loss %.4f -> %.4f%n", lossBefore, lossAfter);
        return new Outcome(lossBefore, lossAfter, predicted, measured);
    }

    private static double norm(float[] numbers) {
        double squares = 0;
        for (float number : numbers) {
            squares += (double) number * number;
        }
        return Math.sqrt(squares);
    }
}
