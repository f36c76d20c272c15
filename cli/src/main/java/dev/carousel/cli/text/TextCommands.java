package dev.carousel.cli.text;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.command.DataFile;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.task.Evaluate;
import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Predict;
import dev.carousel.cli.task.Streaming;
import dev.carousel.cli.task.TaskCommands;
import dev.carousel.data.DataException;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.text.ByteUnits;
import dev.carousel.data.text.TextData;
import dev.carousel.data.text.TextFiles;
import dev.carousel.data.text.TextTask;
import dev.carousel.data.text.TextUnits;
import dev.carousel.kernel.Team;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.stream.Sampler;
import dev.carousel.stream.Session;
import dev.carousel.train.Evaluator;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Text models: what character may follow, and the loss in nats a character. */
public final class TextCommands implements TaskCommands {

    private static final MathContext SEVEN_DIGITS = new MathContext(7);

    @Override
    public String kind() {
        return TextTask.KIND;
    }

    @Override
    public List<String> predict(Predict command, Model model, Network network, Figures figures) {
        TextUnits units = TextTask.units(model);
        TextData text = TextData.read(Path.of(command.only("a text file")), units);
        Session session = Session.of(network.pack());
        float[] scores = new float[units.size()];
        for (int id : text.ids()) {
            session.step(id, scores);
        }
        double[] chances = Sampler.probabilities(scores);
        List<String> lines = new ArrayList<>();
        Map<String, Object> byUnit = new LinkedHashMap<>();
        lines.add(units.name() + ",probability");
        IntStream.range(0, chances.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -chances[id]))
                .forEach(id -> {
                    String name = name(units, id);
                    lines.add(Csv.field(shown(name)) + ","
                            + new BigDecimal(chances[id]).round(SEVEN_DIGITS).toPlainString());
                    byUnit.put(name, chances[id]);
                });
        figures.with("characters_read", text.whole().characters()).with("next", byUnit);
        return lines;
    }

    /** A byte that is no character of its own is shown as its number. */
    private static String name(TextUnits units, int id) {
        boolean partial = units instanceof ByteUnits && id >= 0x80;
        return partial ? String.format(Locale.ROOT, "0x%02x", id) : units.decode(id);
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
    public LineAnswers stream(Streaming command, Model model, InputStream in) {
        return new TextAnswers(command, TextTask.units(model).name(), StreamModel.of(model), in);
    }

    @Override
    public void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures) {
        TextData text = TextFiles.read(List.of(Path.of(command.data("a text file or a folder of them"))))
                .with(TextTask.units(model));
        boolean known = DataFile.trainedOn(model, text.files());
        Optional<TextData.Part> rest = known ? TextTask.heldOut(model, text) : Optional.empty();
        if (known && rest.isEmpty() && command.part.equals(Optional.of(Evaluate.Part.held_out))) {
            throw new DataException(text.source() + ": " + model.name()
                    + " was trained on the whole of it, so nothing of it is held out. Use --part all.");
        }
        Evaluate.Part part = command.part(model, rest.isPresent());
        boolean heldOut = part == Evaluate.Part.held_out;
        TextData.Part judged = heldOut ? rest.orElseThrow() : text.whole();
        double loss =
                Evaluator.of(network.pack(), new SoftmaxCrossEntropy(), team).meanLoss(TextTask.windows(model, judged));
        TextScores scores = TextScores.of(
                command,
                loss,
                judged,
                heldOut ? Optional.of(text.training(TextTask.trainingShare(model))) : Optional.empty());
        scores.lines(heldOut ? "held out" : "all").forEach(command.console::line);
        command.console.line("on        " + Format.count(judged.length()) + " "
                + text.units().name() + "s of " + text.source());
        figures.with("part", part.name()).with("loss", loss);
        scores.addTo(figures);
        if (heldOut) {
            figures.with("held_out", loss);
        }
    }
}
