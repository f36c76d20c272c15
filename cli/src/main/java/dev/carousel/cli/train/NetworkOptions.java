package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.RecurrentArchitecture;
import dev.carousel.spec.RecurrentArchitecture.Pooling;
import dev.carousel.spec.Regularisation;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The recurrent part of a network that is to be trained; each command has its own defaults. */
public final class NetworkOptions {

    private static final int MOST_LAYERS = 100;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--cell",
            paramLabel = "CELL",
            converter = CellName.class,
            description =
                    "lstm, gru, rnn, indrnn, mgu, mingru, minlstm, sru, slstm, rglru or lnlstm (default: ${DEFAULT-VALUE}).")
    public Cell cell = Cells.of("lstm");

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--hidden",
            paramLabel = "N",
            description = "Units of each recurrent layer (default: ${DEFAULT-VALUE}).")
    int hidden;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--layers",
            paramLabel = "N",
            description = "Number of stacked recurrent layers (default: ${DEFAULT-VALUE}).")
    int layers;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--dropout",
            paramLabel = "SHARE",
            description = "Share of each recurrent layer's output that training drops, from 0 to below 1 (default:"
                    + " ${DEFAULT-VALUE}).")
    float dropout;

    @Role(RESULT)
    @Option(order = -80, names = "--variational", description = "Drop the same numbers at all steps of a sequence.")
    boolean variational;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--recurrent-dropout",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "Share of the state that training hides from the recurrent weights, the same at all steps of a"
                            + " sequence (default: ${DEFAULT-VALUE}).")
    float recurrentDropout;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--weight-dropout",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Share of the recurrent weights that training sets to 0, anew for each batch"
                    + " (default: ${DEFAULT-VALUE}).")
    float weightDropout;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--zoneout",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Share of the hidden state that training leaves as it was before a step"
                    + " (default: ${DEFAULT-VALUE}).")
    float zoneout;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--zoneout-cell",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "The same for the cell state of an LSTM (default: ${DEFAULT-VALUE}).")
    float zoneoutCell;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--layer-norm",
            negatable = true,
            fallbackValue = "true",
            description =
                    "Normalise the output of each recurrent layer, or do not: mean 0 and variance 1 over its units,"
                            + " then a learned gain and bias (default: ${DEFAULT-VALUE}).")
    boolean layerNorm;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--residual",
            description = "Residual connections: each recurrent layer but the first adds its input to its output.")
    boolean residual;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--initialisation",
            paramLabel = "HOW",
            description = "How the weights start: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, which is uniform"
                    + " in 1/sqrt(units) as in PyTorch).")
    Start initialisation = Start.uniform;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--remember",
            paramLabel = "STEPS",
            defaultValue = "0",
            description =
                    "Start with gates and recurrent weights that remember for up to so many steps, for long sequences"
                            + " whose answer depends on their beginning; 0 for the usual start (default: ${DEFAULT-VALUE}).")
    int remember;

    /** The names of the ways to start, as they are typed. */
    enum Start {
        uniform,
        normal,
        glorot,
        orthogonal
    }

    /** From a name to a cell in its usual form. */
    static final class CellName implements ITypeConverter<Cell> {

        @Override
        public Cell convert(String value) {
            try {
                return Cells.of(value.toLowerCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Refuses what makes no sense. */
    public void require(Subcommand command) {
        command.requireAtLeast("--hidden", 1, hidden);
        command.requireAtLeast("--layers", 1, layers);
        command.requireAtMost("--layers", MOST_LAYERS, layers);
        requireShare(command, "--dropout", dropout);
        requireShare(command, "--recurrent-dropout", recurrentDropout);
        requireShare(command, "--weight-dropout", weightDropout);
        requireShare(command, "--zoneout", zoneout);
        requireShare(command, "--zoneout-cell", zoneoutCell);
        if (remember != 0) {
            command.requireAtLeast("--remember", 2, remember);
        }
        if (remember > 0 && Set.of("rnn", "slstm", "rglru").contains(cell.kind())) {
            throw command.mistake("--remember changes nothing in the start of --cell " + cell.kind()
                    + (cell.kind().equals("rnn")
                            ? ", which cannot remember long"
                            : ", which starts with long memories anyway")
                    + ". Leave it out.");
        }
        if (zoneoutCell > 0 && !cell.hasCellState()) {
            throw command.mistake("--zoneout-cell is " + zoneoutCell + " but --cell " + cell.kind()
                    + " has no cell state; an lstm has. Leave it out, or take --zoneout.");
        }
        if (zoneoutCell > 0 && cell.state(1).size() > 2) {
            throw command.mistake("--zoneout-cell is " + zoneoutCell + " but the cell state of --cell " + cell.kind()
                    + " belongs together with other parts of its state. Leave it out, or take --zoneout.");
        }
        if (cell.blocks().isEmpty() && (recurrentDropout > 0 || weightDropout > 0)) {
            throw command.mistake((recurrentDropout > 0 ? "--recurrent-dropout" : "--weight-dropout")
                    + " drops recurrent connections, but the units of --cell " + cell.kind()
                    + " read themselves alone. Leave it out, or take --zoneout.");
        }
        if (variational && dropout == 0) {
            throw command.mistake("--variational says how --dropout drops, but --dropout is 0. Give it a share.");
        }
        if (residual && layers < 2) {
            throw command.mistake("--residual connects recurrent layers from the second on, but --layers is " + layers
                    + "; it must be at least 2.");
        }
    }

    private static void requireShare(Subcommand command, String option, float share) {
        if (!(share >= 0 && share < 1)) {
            throw command.mistake(option + " is " + share + " but must be at least 0 and below 1.");
        }
    }

    /** The network that the options describe: one that answers at every step. */
    public RecurrentArchitecture architecture() {
        return RecurrentArchitecture.of(cell, hidden)
                .withLayers(layers)
                .withDropout(dropout)
                .withRegularisation(
                        new Regularisation(variational, recurrentDropout, weightDropout, zoneout, zoneoutCell))
                .withLayerNorm(layerNorm)
                .withResidual(residual);
    }

    /** The same for one answer a sequence. */
    public RecurrentArchitecture architecture(Pooling pooling) {
        if (residual && pooling == Pooling.LAST) {
            throw new FailureException(
                    "--residual adds what a layer reads to what it gives at every step, but of the last"
                            + " layer only the last output is kept. Leave --residual out, or take the mean over all steps.");
        }
        return architecture().withPooling(pooling);
    }

    public Initialisation initialisation() {
        Initialisation usual = switch (initialisation) {
            case uniform -> Initialisation.uniform();
            case normal -> Initialisation.normal();
            case glorot -> Initialisation.glorot();
            case orthogonal -> Initialisation.orthogonal();
        };
        return remember == 0 ? usual : usual.remembering(remember);
    }
}
