package dev.carousel.cli.train;

import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.cli.command.FailureException;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.data.forecast.ForecastSpec;
import dev.carousel.spec.Initialisation;
import dev.carousel.spec.LayerNorm;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.LayerSpec.Dense;
import dev.carousel.spec.LayerSpec.Recurrent;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.Parameterless.Drop;
import dev.carousel.spec.Parameterless.Mean;
import dev.carousel.spec.Regularisation;
import dev.carousel.spec.Residual;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
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
            description = "lstm, gru or rnn (default: ${DEFAULT-VALUE}).")
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
            description = "Recurrent layers, one above the other (default: ${DEFAULT-VALUE}).")
    int layers;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--dropout",
            paramLabel = "SHARE",
            description = "Share of what each recurrent layer gives that training drops, from 0 to below 1"
                    + " (default: ${DEFAULT-VALUE}).")
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
                    "Normalise what each recurrent layer gives, or do not: mean 0 and variance 1 over its units, then a"
                            + " learned gain and bias (default: ${DEFAULT-VALUE}).")
    boolean layerNorm;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--residual",
            description = "Each recurrent layer but the first adds what it reads to what it gives.")
    boolean residual;

    @Role(RESULT)
    @Option(
            order = -80,
            names = "--initialisation",
            paramLabel = "HOW",
            description = "How the weights start: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, which is uniform"
                    + " in 1/sqrt(units) as in PyTorch).")
    Start initialisation = Start.uniform;

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
        if (zoneoutCell > 0 && !cell.hasCellState()) {
            throw command.mistake("--zoneout-cell is " + zoneoutCell + " but --cell " + cell.kind()
                    + " has no cell state; an lstm has. Leave it out, or take --zoneout.");
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

    /**
     * The whole network: what comes first, the recurrent layers, dropout where it is asked for, and a dense head.
     *
     * @param first what stands before the recurrent layers
     * @param inputSize what they read
     * @param outputSize what the head gives
     */
    public NetworkSpec stack(List<LayerSpec> first, int inputSize, int outputSize) {
        return stack(first, inputSize, outputSize, stack -> stack, false);
    }

    /** The whole network of a forecaster, which begins with the learned vectors of categories, if it has any. */
    public NetworkSpec forecaster(ForecastSpec spec) {
        List<LayerSpec> first =
                spec.embedding().stream().map(LayerSpec.class::cast).toList();
        int size = first.isEmpty() ? spec.inputSize() : first.get(0).outputSize();
        return stack(first, size, spec.outputSize());
    }

    /**
     * The whole network of a classifier.
     *
     * @param shape what becomes of the recurrent layers: their direction, and whether all their steps count
     * @param mean whether the head reads the mean over all steps
     */
    public NetworkSpec stack(
            List<LayerSpec> first, int inputSize, int outputSize, UnaryOperator<Recurrent> shape, boolean mean) {
        List<LayerSpec> all = new ArrayList<>(first);
        all.addAll(recurrent(inputSize, shape));
        int size = all.get(all.size() - 1).outputSize();
        if (mean) {
            all.add(new Mean(size));
        }
        if (dropout > 0) {
            all.add(new Drop(size, dropout, variational));
        }
        all.add(Dense.head(size, outputSize));
        return new NetworkSpec(all);
    }

    /**
     * The recurrent layers: one stack, or with layer normalisation a stack for each layer, named {@code rnn}, {@code rnn2} and
     * so on, with what stands between them.
     */
    private List<LayerSpec> recurrent(int inputSize, UnaryOperator<Recurrent> shape) {
        if (residual && shape.apply(Recurrent.of(cell, inputSize, hidden)).lastOnly()) {
            throw new FailureException(
                    "--residual adds what a layer reads to what it gives at every step, but of the last"
                            + " layer only the last output is kept. Leave --residual out, or take the mean over all steps.");
        }
        Regularisation noise = new Regularisation(variational, recurrentDropout, weightDropout, zoneout, zoneoutCell);
        if (!layerNorm) {
            return List.of(shape.apply(Recurrent.of(cell, inputSize, hidden).withLayers(layers))
                    .withDropout(dropout)
                    .withRegularisation(noise)
                    .withResidual(residual ? Residual.BEYOND_FIRST : Residual.NONE));
        }
        List<LayerSpec> all = new ArrayList<>();
        int size = inputSize;
        for (int k = 1; k <= layers; k++) {
            if (k > 1 && dropout > 0) {
                all.add(new Drop(size, dropout, variational));
            }
            Recurrent plain = shape.apply(Recurrent.of(cell, size, hidden));
            Recurrent layer = plain.withName(k == 1 ? "rnn" : "rnn" + k)
                    .withLastOnly(plain.lastOnly() && k == layers)
                    .withRegularisation(noise)
                    .withResidual(residual && k > 1 ? Residual.ALL : Residual.NONE);
            size = layer.outputSize();
            all.add(layer);
            all.add(new LayerNorm("norm" + k, size));
        }
        return all;
    }

    public Initialisation initialisation() {
        return switch (initialisation) {
            case uniform -> Initialisation.uniform();
            case normal -> Initialisation.normal();
            case glorot -> Initialisation.glorot();
            case orthogonal -> Initialisation.orthogonal();
        };
    }
}
