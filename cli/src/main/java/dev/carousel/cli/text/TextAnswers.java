package dev.carousel.cli.text;

import dev.carousel.cli.task.LineAnswers;
import dev.carousel.cli.task.Streaming;
import dev.carousel.data.DataException;
import dev.carousel.data.stream.Answer;
import dev.carousel.data.stream.Event;
import dev.carousel.data.stream.StreamModel;
import dev.carousel.data.stream.TaskStream;
import dev.carousel.data.text.TextLines;
import dev.carousel.data.text.TextLoss;
import dev.carousel.json.Json;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How surprising each line of a text is after those before it. */
final class TextAnswers implements LineAnswers {

    private static final MathContext SEVEN_DIGITS = new MathContext(7);

    private static final TextLoss NOTHING = new TextLoss(0, 0, 0, 0);

    private final String unit;
    private final TextLines lines;
    private final TaskStream stream;

    /**
     * The answers of one stream.
     *
     * @param unit what texts are cut into, in the singular
     */
    TextAnswers(Streaming command, String unit, StreamModel model, InputStream in) {
        this.unit = unit;
        this.lines = TextLines.of(command.source(), in);
        this.stream = model.open();
    }

    @Override
    public String header() {
        return "line," + unit + "s,loss,bits_per_character";
    }

    @Override
    public Optional<String> next(boolean json) {
        Optional<TextLines.Line> line = lines.next();
        if (line.isEmpty()) {
            return Optional.empty();
        }
        TextLoss loss = loss(line.get());
        return Optional.of(json ? json(line.get(), loss) : csv(line.get(), loss));
    }

    /** Of the line with its end, where the network knows line ends. */
    private TextLoss loss(TextLines.Line line) {
        try {
            return loss(line.text() + "\n");
        } catch (DataException e) {
            if (line.text().isEmpty()) {
                return NOTHING;
            }
            try {
                return loss(line.text());
            } catch (DataException without) {
                throw lines.refused(line.number(), without);
            }
        }
    }

    private TextLoss loss(String text) {
        return ((Answer.Text) stream.add(Event.text(text))).loss();
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
        all.put(unit + "s", loss.units());
        all.put("loss", loss.loss());
        all.put("bits_per_character", loss.bitsPerCharacter());
        return Json.write(all);
    }
}
