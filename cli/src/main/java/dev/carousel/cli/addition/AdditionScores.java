package dev.carousel.cli.addition;

import dev.carousel.cli.command.NetworkSummary;
import dev.carousel.data.DataException;
import dev.carousel.data.dataset.BinaryAddition;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.network.State;
import dev.carousel.network.Tape;
import dev.carousel.tensor.Sequence;
import dev.carousel.train.Batch;

/** Whether a network can add. */
final class AdditionScores {

    static final String KIND = "addition";

    private final BinaryAddition addition;

    AdditionScores(BinaryAddition addition) {
        this.addition = addition;
    }

    /**
     * The numbers that a model was trained to add.
     *
     * @throws dev.carousel.model.ModelException if the model is of another task
     * @throws DataException if its network cannot read two bits
     */
    static BinaryAddition of(Model model) {
        int bits = model.requireTask(KIND).task().integer("bits");
        if (model.spec().readsIds()
                || model.spec().inputSize() != 2
                || model.spec().outputSize() != 1) {
            throw new DataException(
                    model.name() + ": expected a network that reads 2 numbers a step and gives 1, but" + " found "
                            + NetworkSummary.network(model.spec()) + ". Was the file put together from two models?");
        }
        try {
            return new BinaryAddition(bits);
        } catch (IllegalArgumentException e) {
            throw new DataException(model.name() + ": " + e.getMessage(), e);
        }
    }

    /** How many pairs there are. */
    long pairs() {
        return addition.pairs();
    }

    /** How many of all pairs the network adds right. */
    long correct(Network network, Team team) {
        Tape tape = network.pack().tape(team);
        AdditionBatches all = AdditionBatches.everyPair(addition);
        long correct = 0;
        for (int i = 0; i < all.size(); i++) {
            Batch batch = all.batch(i);
            State state = network.freshState(batch.input().batchSize());
            correct += addition.correct(
                    tape.forward(batch.input(), state), 0, batch.target().vectors());
        }
        return correct;
    }

    /** What the network says that a and b are together. */
    long sum(Network network, int a, int b) {
        Sequence x = Sequence.zeros(addition.steps(), 1, 2);
        Sequence y = Sequence.zeros(addition.steps(), 1, 1);
        addition.write(a, b, 0, x, y);
        Tape tape = network.pack().tape(Team.single());
        return addition.number(tape.forward(x, network.freshState(1)), 0, 0);
    }
}
