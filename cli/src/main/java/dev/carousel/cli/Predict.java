package dev.carousel.cli;

import dev.carousel.cli.console.Console;
import dev.carousel.data.BinaryAddition;
import dev.carousel.data.DataException;
import dev.carousel.data.ForecastSpec;
import dev.carousel.data.ForecastWindows;
import dev.carousel.data.TextData;
import dev.carousel.data.TimeSeries;
import dev.carousel.data.Vocabulary;
import dev.carousel.kernel.Team;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import dev.carousel.stream.Session;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code carousel predict}: a model's answer to an input. */
@Command(
        name = "predict",
        header = "Ask a model: the rows to come, the next character, a sum, or arrays.",
        description = {
            "With an INPUT of arrays, MODEL may be a file of Carousel, PyTorch, ONNX or Keras:",
            "",
            "  .npy       [T, N, D] steps, sequences, numbers; or ids [T, N] if the model begins with an",
            "             embedding; writes the outputs of all steps to --output",
            "  .npz       named arrays, for an ONNX model; writes its named outputs",
            "",
            "Else the answer is CSV on standard output, and INPUT depends on the model's task:",
            "",
            "  forecast   a CSV file with the columns that the model was trained on, or 'births';",
            "             prints the rows that follow its last one, with their dates",
            "  text       a text file; prints what character may follow, the likeliest first",
            "  addition   two numbers; prints what the network says they are together"
        },
        footer = {
            "  carousel predict births.safetensors births",
            "  carousel predict forecast.safetensors sales.csv --output next.csv",
            "  carousel predict text.safetensors letter.txt",
            "  carousel predict addition.safetensors 37 85",
            "  carousel predict model.pt x.npy --output y.npy",
            "  carousel predict model.pt x.npy --lengths lengths.npy --layout ntd --output y.npy",
            "  carousel predict model.pt x.npy --initial-state s.safetensors --output y.npy",
            "  carousel predict model.onnx inputs.npz --output outputs.npz"
        })
final class Predict extends Subcommand {

    private static final MathContext SEVEN_DIGITS = new MathContext(7);
    private static final int MOST_BITS = 30;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model file.")
    Path file = Path.of("");

    @Parameters(index = "1..*", arity = "1..2", paramLabel = "INPUT", description = "What to answer to; see above.")
    List<String> input = List.of();

    @Option(
            order = -100,
            names = "--output",
            paramLabel = "FILE",
            description = "Write the CSV there instead of printing it; needed for arrays.")
    Optional<Path> output = Optional.empty();

    @Mixin
    ArrayPrediction arrays = new ArrayPrediction();

    Predict(Console console) {
        super(console);
    }

    @Override
    int run(Figures figures) {
        Path[] read =
                Stream.concat(Stream.of(file), input.stream().map(Path::of)).toArray(Path[]::new);
        output.ifPresent(path -> OutputFile.require(this, path, "--output", read));
        if (input.size() == 1 && ArrayPrediction.reads(input.get(0))) {
            arrays.run(this, file, read[1], output.orElseThrow(this::withoutOutput), figures);
            return Main.OK;
        }
        arrays.requireUnused(this);
        Model model = Model.load(file);
        Network network = Network.of(model.spec(), model.parameters());
        noteSlowKernels();
        figures.with("task", model.task().kind());
        List<String> lines = switch (model.task().kind()) {
            case ForecastTask.KIND -> forecast(model, network, figures);
            case TextTask.KIND -> nextCharacter(model, network, figures);
            case AdditionTest.KIND -> sum(model, network, figures);
            default ->
                throw new DataException(model.name() + ": there is no prediction for the task \""
                        + model.task().kind() + "\" from '" + input.get(0) + "'. Pass the input as an .npy file.");
        };
        if (output.isPresent()) {
            OutputFile.write(output.get(), (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        } else {
            lines.forEach(console::line);
        }
        return Main.OK;
    }

    private ParameterException withoutOutput() {
        return mistake("An INPUT of arrays needs --output, the file that the output is written to.");
    }

    private String only(String what) {
        if (input.size() != 1) {
            throw mistake("A model for this task takes one INPUT, " + what + ", but found " + input + ".");
        }
        return input.get(0);
    }

    private List<String> forecast(Model model, Network network, Figures figures) {
        ForecastSpec spec = ForecastTask.spec(model);
        String name = only("a CSV file");
        TimeSeries series = ForecastData.named(name, model, spec).series();
        series.note().ifPresent(text -> note("note: " + text));
        ForecastWindows windows = ForecastWindows.of(series, spec);
        int origin = windows.nextOrigin();
        double[] forecast = new Forecaster(network, Team.single()).forecasts(windows, new int[] {origin})[0];
        boolean dated = series.hasDates() && series.spacing().regular();
        List<String> lines = new ArrayList<>();
        List<Object> rows = new ArrayList<>();
        lines.add((dated ? "date" : "row") + "," + csv(spec.target()));
        for (int h = 0; h < forecast.length; h++) {
            String row = dated ? Dates.text(series.date(origin + h)) : String.valueOf(origin + h + 1);
            String number = new BigDecimal(forecast[h]).round(SEVEN_DIGITS).toPlainString();
            lines.add(row + "," + number);
            rows.add(row);
        }
        figures.with("target", spec.target())
                .with("rows", rows)
                .with(
                        "forecast",
                        IntStream.range(0, forecast.length)
                                .mapToObj(h -> forecast[h])
                                .toList());
        return lines;
    }

    private List<String> nextCharacter(Model model, Network network, Figures figures) {
        Vocabulary vocabulary = TextTask.vocabulary(model);
        TextData text = TextData.read(Path.of(only("a text file")), vocabulary);
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
                    lines.add(csv(shown(vocabulary.decode(id))) + ","
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

    private List<String> sum(Model model, Network network, Figures figures) {
        BinaryAddition trained = AdditionTest.of(model);
        if (input.size() != 2) {
            throw mistake("A model for addition takes two numbers, but found " + input + ".");
        }
        int a = number(input.get(0));
        int b = number(input.get(1));
        int bits = Math.max(trained.bits(), Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(a, b)));
        if (bits > trained.bits()) {
            note("note: the network was shown numbers of " + trained.bits() + " bits only; these have " + bits);
        }
        long sum = new AdditionTest(new BinaryAddition(bits)).sum(network, a, b);
        figures.with("a", a).with("b", b).with("sum", sum).with("correct", sum == (long) a + b);
        return List.of("a,b,sum", a + "," + b + "," + sum);
    }

    private int number(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number < 1 << MOST_BITS) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, with the range.
        }
        throw mistake("Expected a whole number from 0 to " + ((1 << MOST_BITS) - 1) + " but found '" + text + "'.");
    }

    private static String csv(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                && field.equals(field.strip());
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
