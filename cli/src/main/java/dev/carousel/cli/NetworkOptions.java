package dev.carousel.cli;

import dev.carousel.cell.Cell;
import dev.carousel.cell.Cells;
import dev.carousel.network.Initialisation;
import dev.carousel.network.LayerSpec;
import dev.carousel.network.LayerSpec.Dense;
import dev.carousel.network.LayerSpec.Recurrent;
import dev.carousel.network.NetworkSpec;
import dev.carousel.network.Parameterless.Drop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The recurrent part of a network that is to be trained; each command has its own defaults. */
final class NetworkOptions {

    private static final int MOST_LAYERS = 100;

    @Option(
            order = -80,
            names = "--cell",
            paramLabel = "CELL",
            converter = CellName.class,
            description = "lstm, gru or rnn (default: ${DEFAULT-VALUE}).")
    Cell cell = Cells.of("lstm");

    @Option(
            order = -80,
            names = "--hidden",
            paramLabel = "N",
            description = "Units of each recurrent layer (default: ${DEFAULT-VALUE}).")
    int hidden;

    @Option(
            order = -80,
            names = "--layers",
            paramLabel = "N",
            description = "Recurrent layers, one above the other (default: ${DEFAULT-VALUE}).")
    int layers;

    @Option(
            order = -80,
            names = "--dropout",
            paramLabel = "SHARE",
            description = "Share of what each recurrent layer gives that training drops, from 0 to below 1"
                    + " (default: ${DEFAULT-VALUE}).")
    float dropout;

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
    void require(Subcommand command) {
        command.requireAtLeast("--hidden", 1, hidden);
        command.requireAtLeast("--layers", 1, layers);
        command.requireAtMost("--layers", MOST_LAYERS, layers);
        if (!(dropout >= 0 && dropout < 1)) {
            throw command.mistake("--dropout is " + dropout + " but must be at least 0 and below 1.");
        }
    }

    /**
     * The whole network: what comes first, the recurrent layers, dropout where it is asked for, and a dense head.
     *
     * @param first what stands before the recurrent layers
     * @param inputSize what they read
     * @param outputSize what the head gives
     */
    NetworkSpec stack(List<LayerSpec> first, int inputSize, int outputSize) {
        Recurrent recurrent =
                Recurrent.of(cell, inputSize, hidden).withLayers(layers).withDropout(dropout);
        List<LayerSpec> all = new ArrayList<>(first);
        all.add(recurrent);
        if (dropout > 0) {
            all.add(new Drop(recurrent.outputSize(), dropout));
        }
        all.add(Dense.head(recurrent.outputSize(), outputSize));
        return new NetworkSpec(all);
    }

    Initialisation initialisation() {
        return switch (initialisation) {
            case uniform -> Initialisation.uniform();
            case normal -> Initialisation.normal();
            case glorot -> Initialisation.glorot();
            case orthogonal -> Initialisation.orthogonal();
        };
    }
}
