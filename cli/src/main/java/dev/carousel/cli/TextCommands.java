package dev.carousel.cli;

import dev.carousel.cli.console.Format;
import dev.carousel.data.TextData;
import dev.carousel.data.Vocabulary;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.stream.Session;
import dev.carousel.train.Evaluator;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Text models: what character may follow, and the loss in nats a character. */
final class TextCommands implements TaskCommands {

    private static final MathContext SEVEN_DIGITS = new MathContext(7);

    /** The state goes from window to window, so that their length changes nothing. */
    private static final int WINDOW = 50;

    @Override
    public String kind() {
        return TextTask.KIND;
    }

    @Override
    public List<String> predict(Predict command, Model model, Network network, Figures figures) {
        Vocabulary vocabulary = TextTask.vocabulary(model);
        TextData text = TextData.read(Path.of(command.only("a text file")), vocabulary);
        Session session = Session.of(network.pack());
        float[] scores = new float[vocabulary.size()];
        for (int id : text.ids()) {
            session.step(id, scores);
        }
        double[] chances = Draw.chances(scores);
        List<String> lines = new ArrayList<>();
        Map<String, Object> byCharacter = new LinkedHashMap<>();
        lines.add("character,probability");
        IntStream.range(0, chances.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -chances[id]))
                .forEach(id -> {
                    lines.add(Csv.field(shown(vocabulary.decode(id))) + ","
                            + new BigDecimal(chances[id]).round(SEVEN_DIGITS).toPlainString());
                    byCharacter.put(vocabulary.decode(id), chances[id]);
                });
        figures.with("characters_read", text.length()).with("next", byCharacter);
        return lines;
    }

    /** A character as a line can show it. */
    private static String shown(String character) {
        return switch (character) {
            case "\n" -> "\\n";
            case "\r" -> "\\r";
            case "\t" -> "\\t";
            default -> character;
        };
    }

    @Override
    public void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures) {
        TextData text = TextData.read(Path.of(command.data("a text file")), TextTask.vocabulary(model));
        Evaluate.Part chosen = command.part(model, text.sha256());
        TextData.Part judged =
                chosen == Evaluate.Part.held_out ? text.heldOut(TextTask.trainingShare(model)) : text.whole();
        double loss = Evaluator.of(network.pack(), new SoftmaxCrossEntropy(), team)
                .meanLoss(TextWindows.toJudge(judged, TextTask.streams(model), WINDOW));
        command.console.line(Format.fixed(loss, 4) + " nats a character (" + Format.fixed(loss / Math.log(2), 4)
                + " bits) on " + Format.count(judged.length()) + " characters"
                + (chosen == Evaluate.Part.held_out ? ", held out" : ""));
        figures.with("part", chosen.name()).with("loss", loss).with("characters", judged.length());
        if (chosen == Evaluate.Part.held_out) {
            figures.with("held_out", loss);
        }
    }
}
