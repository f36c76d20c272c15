package dev.carousel.cli.task;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.ImportChoices;
import dev.carousel.cli.command.SpellingOptions;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel stream}: a model's answer to each row as it comes. */
@Command(
        name = "stream",
        header = "Run a model on each row as it arrives, from a pipe or a growing file.",
        description = {
            "Reads a CSV file with a header, one row per line, or an object of JSON in each line, from standard input or INPUT, and writes a line for each"
                    + " row as soon as it has arrived: CSV, or with --json one object per line. Rows have the columns"
                    + " that the model was trained on; rows of several series, told apart by a column, may be mixed.",
            "",
            "  forecast   the forecast of upcoming rows: sales+1 is the next row's,",
            "             sales+2 the one after it; empty until as many rows have arrived as",
            "             'carousel predict' needs, and what is known ahead of the horizon.",
            "             Rows without targets say what is known ahead",
            "  anomaly    the row's score and whether it is an alarm",
            "  classify   the probability of every class, from the rows of a sequence so far",
            "  tag        the same for each step; with texts, each line is a text",
            "  text       how surprising each line is after those before it: the loss in",
            "             nats a character, in bits",
            "",
            "A row that cannot be used is reported on standard error with its line, and skipped; the exit code is then"
                    + " 2."
        },
        footer = {
            "  tail -n +1 -f sales.csv | carousel stream forecast.safetensors",
            "  carousel stream anomaly.safetensors pump.csv --follow --json \\",
            "      | jq 'select(.alarm)'",
            "  carousel stream forecast.safetensors shops.csv --id shop > forecasts.csv",
            "  carousel stream births.safetensors births",
            "  carousel stream anomaly.safetensors pump.csv --learn \\",
            "      --snapshot pump.snapshot --output learned.safetensors",
            "  carousel stream tag.safetensors rides.csv --learn --label mood --label-delay 5"
        })
public final class Streaming extends Subcommand {

    private static final String STANDARD_INPUT = "-";

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model file.")
    Path file = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "INPUT",
            description =
                    "A CSV file, or for a text model a text; 'births' is the table that comes with Carousel, where no"
                            + " file has this name; - is standard input (default: -).")
    String input = STANDARD_INPUT;

    @Mixin
    SpellingOptions dates = new SpellingOptions();

    @Option(
            order = -100,
            names = "--follow",
            description = "At the end of INPUT wait for more, as 'tail -f' does, until the command is ended.")
    boolean follow;

    @Option(
            order = -100,
            names = "--id",
            paramLabel = "COLUMN",
            description = "The column that tells several series or sequences apart (default: that of the training).")
    public Optional<String> id = Optional.empty();

    @Option(
            order = -100,
            names = "--carry",
            description =
                    "For a forecaster: carry the network's state from row to row instead of reading the last context of"
                            + " rows again for each forecast: faster, but the numbers differ from those of 'carousel"
                            + " predict'. Needs training with --relative none, or previous step by step.")
    public boolean carry;

    @Option(
            order = -100,
            names = "--bad-rows",
            paramLabel = "HOW",
            defaultValue = "refuse",
            description = "What happens to a row in which something that is no number stands for one:"
                    + " ${COMPLETION-CANDIDATES}. refuse: it is reported and skipped; missing: the value counts as missing,"
                    + " which is filled in as --missing said in training (default: ${DEFAULT-VALUE}).")
    BadRows badRows = BadRows.refuse;

    /** What happens to rows that cannot be read, as it is typed. */
    enum BadRows {
        refuse,
        missing
    }

    @Mixin
    public LearnOptions learning = new LearnOptions();

    @Option(order = -100, names = "--strict", description = "End at the first row that cannot be used.")
    boolean strict;

    private long rows;
    private long refused;

    private final Tasks tasks;

    public Streaming(Console console, Tasks tasks) {
        super(console);
        this.tasks = tasks;
    }

    @Override
    public int run(Figures figures) {
        if (follow && input.equals(STANDARD_INPUT)) {
            throw mistake("--follow needs INPUT, a file; standard input is followed anyway.");
        }
        dates.require(this);
        learning.require(this);
        Model model = ImportChoices.withTask(file, "stream");
        noteSlowKernels();
        figures.with("task", model.task().kind());
        TaskCommands task = tasks.of(model)
                .orElseThrow(() -> new DataException(model.name() + ": this command cannot follow rows for the task \""
                        + model.task().kind() + "\". Was the model written by a later version?"));
        if (carry && !task.carries()) {
            throw mistake("--carry is for models that forecast, but this one is for the task " + task.kind()
                    + ", which carries its state anyway.");
        }
        if (learning.learns() && !task.learns()) {
            throw mistake(
                    "--learn is for models that forecast, find anomalies, classify or tag, but this one is for the task "
                            + task.kind() + ": what its answers should have been does not come with the next rows.");
        }
        try (InputStream in = open(task)) {
            LineAnswers answers = task.stream(this, model, in);
            if (learning.learns() && answers instanceof RowAnswers learned) {
                learning.begin(this, learned);
                answer(answers);
                learning.end(this, learned, figures);
            } else {
                answer(answers);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new DataException(source() + ": cannot be read any further: " + e.getMessage(), e);
        }
        figures.with("rows", rows).with("refused", refused);
        return refused == 0 ? ExitCode.OK : ExitCode.BAD_INPUT;
    }

    /** Whether rows come from a pipe. */
    boolean readsStandardInput() {
        return input.equals(STANDARD_INPUT);
    }

    /** What messages call the input. */
    public String source() {
        return input.equals(STANDARD_INPUT) ? "standard input" : input;
    }

    private InputStream open(TaskCommands task) throws IOException {
        if (input.equals(STANDARD_INPUT)) {
            return console.in();
        }
        Optional<InputStream> builtIn = task.builtIn(input);
        if (builtIn.isPresent() && follow) {
            throw mistake("--follow is for a file that grows, but " + input + " is a table that comes with Carousel.");
        }
        return builtIn.isPresent() ? builtIn.get() : GrowingFile.open(Path.of(input), follow);
    }

    /** Reports something in a row that cannot be used. */
    void refuse(DataException why, String and) {
        refused++;
        console.error(why.getMessage() + and);
    }

    /** Answers until there are no more lines, or nobody reads the answers. */
    private void answer(LineAnswers answers) {
        boolean headed = common.json;
        boolean read = true;
        while (read) {
            Optional<String> answer;
            try {
                answer = answers.next(common.json);
            } catch (IllegalStateException e) {
                if (learning.learns()) {
                    throw new FailureException(source() + ": " + e.getMessage(), e);
                }
                throw e;
            } catch (DataException e) {
                if (strict) {
                    throw e;
                }
                refuse(e, "");
                continue;
            }
            if (!headed) {
                headed = true;
                console.line(answers.header());
            }
            answer.ifPresent(console::line);
            rows += answer.isPresent() ? 1 : 0;
            // Sends what there is.
            read = !console.out().checkError() && answer.isPresent();
            if (read && learning.learns() && answers instanceof RowAnswers learned) {
                learning.answered(learned);
            }
        }
    }
}
