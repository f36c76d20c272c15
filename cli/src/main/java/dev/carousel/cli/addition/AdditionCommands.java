package dev.carousel.cli.addition;

import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.task.Evaluate;
import dev.carousel.cli.task.Predict;
import dev.carousel.cli.task.TaskCommands;
import dev.carousel.data.dataset.BinaryAddition;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import java.util.List;

/** Adders: a sum, and how many of all pairs are right. */
public final class AdditionCommands implements TaskCommands {

    private static final int MOST_BITS = 30;

    @Override
    public String kind() {
        return AdditionScores.KIND;
    }

    @Override
    public List<String> predict(Predict command, Model model, Network network, Figures figures) {
        BinaryAddition trained = AdditionScores.of(model);
        if (command.input.size() != 2) {
            throw command.mistake("A model for addition takes two numbers, but found " + command.input + ".");
        }
        int a = number(command, command.input.get(0));
        int b = number(command, command.input.get(1));
        int bits = Math.max(trained.bits(), Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(a, b)));
        if (bits > trained.bits()) {
            command.note("note: the network was shown numbers of " + trained.bits() + " bits only; these have " + bits);
        }
        long sum = new AdditionScores(new BinaryAddition(bits)).sum(network, a, b);
        figures.with("a", a).with("b", b).with("sum", sum).with("correct", sum == (long) a + b);
        return List.of("a,b,sum", a + "," + b + "," + sum);
    }

    private static int number(Predict command, String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number < 1 << MOST_BITS) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with the range.
        }
        throw command.mistake(
                "Expected a whole number from 0 to " + ((1 << MOST_BITS) - 1) + " but found '" + text + "'.");
    }

    @Override
    public void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures) {
        BinaryAddition addition = AdditionScores.of(model);
        if (command.data.isPresent()) {
            throw command.mistake("A model for addition is tested on every pair there is and takes no DATA, but found '"
                    + command.data.get() + "'.");
        }
        long correct = new AdditionScores(addition).correct(network, team);
        command.console.line(Format.count(correct) + " of " + Format.count(addition.pairs()) + " sums right");
        figures.with("correct", correct).with("of", addition.pairs());
    }
}
