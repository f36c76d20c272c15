package dev.carousel.examples;

import dev.carousel.data.text.TextData;
import dev.carousel.data.text.TextUnits;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.network.Network;
import dev.carousel.optim.Adam;
import dev.carousel.optim.Clipping;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.OneHot;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.stream.Sampler;
import dev.carousel.stream.Session;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.Seeds;
import dev.carousel.train.Trainer;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.Windows;
import java.nio.file.Path;
import java.util.List;

/**
 * A character model: it reads a text and learns what comes next, then writes on its own.
 *
 * <p>The text is an old nursery rhyme, whose every verse repeats all before it; give the name of a file to use another.
 * How far back must a network look to know who killed the rat?
 */
public final class WriteCharacters {

    private static final List<String> RHYME = List.of(
            "the house that Jack built",
            "the malt that lay in ",
            "the rat that ate ",
            "the cat that killed ",
            "the dog that worried ",
            "the cow that tossed ",
            "the maiden that milked ",
            "the man that kissed ");

    private WriteCharacters() {}

    /** Runs the example. */
    public static void main(String[] args) {
        run(args.length == 0 ? TextData.of("rhyme", rhyme()) : TextData.read(Path.of(args[0])));
    }

    /** Every verse goes back through all that went before. */
    static String rhyme() {
        StringBuilder rhyme = new StringBuilder();
        for (int verse = 0; verse < RHYME.size(); verse++) {
            rhyme.append("This is ");
            for (int line = verse; line >= 0; line--) {
                rhyme.append(RHYME.get(line));
            }
            rhyme.append(".\n");
        }
        return rhyme.toString();
    }

    static String run(TextData text) {
        // Characters go in as one-hot vectors, which are looked up, never multiplied; a score for each comes out.
        int V = text.units().size();
        NetworkSpec spec = NetworkSpec.of(new OneHot(V), Recurrent.lstm(V, 96), Dense.head(96, V));
        Network network = Network.initialised(spec, Initialisation.uniform(), new Seeds(1).initialisation());

        // 4 streams of the text side by side, 32 characters at a time. The state is carried from window to window.
        Windows windows = Windows.ofText(text.ids(), 4, 32, Windows.Tail.DROP);
        TrainingPlan plan = TrainingPlan.of(new SoftmaxCrossEntropy())
                .withOptimiser(new Adam(0.01))
                .withClipping(Clipping.byNorm(5))
                .withEpochs(60);
        System.out.printf("%s: %,d parameters%n%n", text, network.parameters().size());
        Trainer.of(network, plan, Team.single()).train(windows, new TrainingListener() {
            @Override
            public void epochEnded(EpochFigures figures) {
                if (figures.epoch() % 10 == 0) {
                    System.out.printf(
                            "epoch %2d: %.3f nats a character, %,.0f characters/s%n",
                            figures.epoch(), figures.trainingLoss(), figures.itemsPerSecond());
                }
            }
        });

        String written = write(network, text.units(), text.units().decode(text.ids()[0]), 240);
        System.out.printf("%nIt writes:%n%n%s%n", written);
        return written;
    }

    /** Writes on from a beginning: reads it, then again and again takes the likeliest character as the next. */
    static String write(Network network, TextUnits units, String beginning, int length) {
        Session session = Session.of(network.pack());
        float[] scores = new float[units.size()];
        StringBuilder written = new StringBuilder(beginning);
        for (int id : units.encode(beginning)) {
            session.step(id, scores);
        }
        while (written.length() < length) {
            int likeliest = Sampler.argMax(scores);
            written.append(units.decode(likeliest));
            session.step(likeliest, scores);
        }
        return written.toString();
    }
}
