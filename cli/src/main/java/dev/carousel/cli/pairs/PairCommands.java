package dev.carousel.cli.pairs;

import dev.carousel.cli.command.Csv;
import dev.carousel.cli.command.DataFile;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.task.Evaluate;
import dev.carousel.cli.task.Predict;
import dev.carousel.cli.task.TaskCommands;
import dev.carousel.data.DataException;
import dev.carousel.data.pairs.PairHoldout;
import dev.carousel.data.pairs.PairScores;
import dev.carousel.data.pairs.PairSpec;
import dev.carousel.data.pairs.PairText;
import dev.carousel.data.pairs.PairWriter;
import dev.carousel.data.pairs.Pairs;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks that write a text for a text: what they write, and how many texts are right. */
public final class PairCommands implements TaskCommands {

    private static final MathContext SIX_DIGITS = new MathContext(6);

    @Override
    public String kind() {
        return PairSpec.KIND;
    }

    @Override
    public List<String> predict(Predict command, Model model, Network network, Figures figures) {
        PairSpec spec = PairSpec.of(model);
        String input = command.only("a file with an input in each line, or one input itself");
        Pairs pairs;
        if (PairInput.exists(input)) {
            pairs = Pairs.readInputs(Path.of(input));
            if (pairs.blankLines() > 0) {
                command.note("note: " + Format.count(pairs.blankLines())
                        + (pairs.blankLines() == 1 ? " blank line of " : " blank lines of ") + input
                        + (pairs.blankLines() == 1 ? " has" : " have") + " no answer");
            }
        } else {
            pairs = Pairs.ofInput(input);
            command.note("note: there is no file of this name, so it is taken as an input itself");
        }
        List<PairText> texts;
        try (Team team = Team.ofAllProcessors()) {
            texts = PairWriter.of(network.pack(), spec).write(pairs, team);
        }
        List<String> lines = new ArrayList<>(List.of("input,output,probability"));
        List<Object> answers = new ArrayList<>();
        long endless = 0;
        for (int i = 0; i < pairs.count(); i++) {
            PairText text = texts.get(i);
            endless += text.ended() ? 0 : 1;
            lines.add(Csv.field(pairs.input(i)) + "," + Csv.field(text.text()) + ","
                    + new BigDecimal(text.probability()).round(SIX_DIGITS).toPlainString());
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("input", pairs.input(i));
            answer.put("output", text.text());
            answer.put("probability", text.probability());
            answer.put("greedy", text.greedy());
            answer.put("ended", text.ended());
            answers.add(answer);
        }
        if (endless > 0) {
            command.note("note: " + Format.count(endless) + (endless == 1 ? " output does" : " outputs do")
                    + " not end and " + (endless == 1 ? "is" : "are") + " cut off: the network has learned too little");
        }
        figures.with("predictions", answers);
        return lines;
    }

    @Override
    public void evaluate(Evaluate command, Model model, Network network, Team team, Figures figures) {
        PairSpec spec = PairSpec.of(model);
        String input = command.data("a file of pairs: an input, a TAB and an output in each line");
        Pairs all = PairInput.read(input);
        boolean known = DataFile.trainedOn(model, List.of(all.source()));
        boolean held = known && PairHoldout.exists(model);
        Optional<Evaluate.Part> asked = command.part;
        if (asked.equals(Optional.of(Evaluate.Part.held_out)) && !held) {
            throw new DataException(input + ": nothing of it is held out, since " + model.name()
                    + (known ? " learned from all of it." : " was trained on another file.") + " Use --part all.");
        }
        boolean heldOut = held && asked.orElse(Evaluate.Part.held_out) == Evaluate.Part.held_out;
        Pairs judged = heldOut ? PairHoldout.of(model, all) : all;
        List<PairText> texts = PairWriter.of(network.pack(), spec).write(judged, team);
        PairScores greedy = PairScores.ofGreedy(judged, texts, spec.inputs().by());
        PairScores beam = PairScores.of(judged, texts, spec.inputs().by());
        command.console.line(Format.count(judged.count()) + " pairs"
                + (heldOut ? ", held out" : known ? ", which the model has learned from" : ""));
        command.console.line("");
        PairFigures.lines(greedy, beam).forEach(command.console::line);
        figures.with("part", heldOut ? "held_out" : "all");
        PairFigures.addTo(figures, greedy, beam);
    }
}
