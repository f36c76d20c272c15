package dev.carousel.cli.text;

import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.data.DataException;
import dev.carousel.data.text.TextLines;
import dev.carousel.data.text.TextLoss;
import dev.carousel.data.text.TextUnits;
import dev.carousel.json.Json;
import dev.carousel.network.Network;
import dev.carousel.stream.Sampler;
import dev.carousel.stream.Session;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How surprising each line of a text is after those before it. */
final class TextAnswers implements LineAnswers {

    private static final MathContext SEVEN_DIGITS = new MathContext(7);

    /** A chance is never 0 for long: the loss of a unit that the network holds for impossible. */
    private static final double LEAST = Double.MIN_NORMAL;

    private final TextUnits units;
    private final TextLines lines;
    private final Session session;
    private final float[] scores;
    private boolean begun;

    TextAnswers(Streaming command, TextUnits units, Network network, InputStream in) {
        this.units = units;
        this.lines = TextLines.of(command.source(), in);
        this.session = Session.of(network.pack());
        this.scores = new float[units.size()];
    }

    @Override
    public String header() {
        return "line," + units.name() + "s,loss,bits_per_character";
    }

    @Override
    public Optional<String> next(boolean json) {
        Optional<TextLines.Line> line = lines.next();
        if (line.isEmpty()) {
            return Optional.empty();
        }
        int[] ids = ids(line.get());
        double sum = 0;
        long characters = 0;
        long bytes = 0;
        int counted = 0;
        for (int id : ids) {
            if (begun) {
                sum -= Math.log(Math.max(LEAST, Sampler.probabilities(scores)[id]));
                characters += units.characters(id);
                bytes += units.bytes(id);
                counted++;
            }
            session.step(id, scores);
            begun = true;
        }
        TextLoss loss = new TextLoss(sum / Math.max(1, counted), counted, characters, bytes);
        return Optional.of(json ? json(line.get(), loss) : csv(line.get(), loss));
    }

    /** The line with its end, where the network knows line ends. */
    private int[] ids(TextLines.Line line) {
        String text = line.text() + "\n";
        try {
            return units.encode(text);
        } catch (DataException e) {
            try {
                return units.encode(line.text());
            } catch (DataException without) {
                throw new DataException(lines.place(line.number()) + ": " + without.getMessage(), without);
            }
        }
    }

    private String csv(TextLines.Line line, TextLoss loss) {
        return line.number() + "," + loss.units() + "," + number(loss.loss()) + "," + number(loss.bitsPerCharacter());
    }

    private static String number(double value) {
        return new BigDecimal(value).round(SEVEN_DIGITS).toPlainString();
    }

    private String json(TextLines.Line line, TextLoss loss) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("line", line.number());
        all.put(units.name() + "s", loss.units());
        all.put("loss", loss.loss());
        all.put("bits_per_character", loss.bitsPerCharacter());
        return Json.write(all);
    }
}
