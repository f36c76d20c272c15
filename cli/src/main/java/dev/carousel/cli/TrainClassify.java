package dev.carousel.cli;

import dev.carousel.cli.console.Console;
import dev.carousel.network.LayerSpec;
import dev.carousel.network.NetworkSpec;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code carousel train classify}: a network that tells of each sequence which class it belongs to. */
@Command(
        name = "classify",
        defaultValueProvider = TrainClassify.ClassifyDefaults.class,
        header = "Train a network to tell which class a sequence belongs to.",
        description = {
            "DATA may be:",
            "",
            "  FILE.ts      a file of the archive of time series classification: one or many dimensions, equal or"
                    + " different lengths, values missing",
            "  FILE.csv     a row for each step: --label COLUMN holds the classes, --id COLUMN says to which sequence a"
                    + " row belongs",
            "  FILE.npy     an array [sequences, steps, dimensions] or [sequences, steps], with --labels y.npy",
            "  FOLDER       a folder of texts for each class, read character by character",
            "",
            "Numbers are scaled by what is learned from, never by what is held out; the model remembers how. Sequences of"
                    + " like length are read side by side. The model is the one after the last epoch."
        },
        footer = {
            "  carousel train classify BasicMotions_TRAIN.ts",
            "  carousel evaluate classify.safetensors BasicMotions_TEST.ts",
            "      accuracy, F1, log-loss and what was taken for what, on sequences it never saw",
            "  carousel train classify X.npy --labels y.npy --validation 0.2",
            "      hold out a fifth, of each class alike",
            "  carousel train classify reviews --direction forward --embedding 32",
            "      texts in folders; forward, so that a stream can be followed"
        })
final class TrainClassify extends ClassifyTraining {

    /** What this command's options are where they are not given. */
    static final class ClassifyDefaults extends Defaults {

        ClassifyDefaults() {
            super(Map.ofEntries(
                    Map.entry("--cell", "gru"),
                    Map.entry("--hidden", "64"),
                    Map.entry("--layers", "1"),
                    Map.entry("--dropout", "0.2"),
                    Map.entry("--initialisation", "uniform"),
                    Map.entry("--direction", "both"),
                    Map.entry("--scaling", "robust"),
                    Map.entry("--validation", "0"),
                    Map.entry("--input-dropout", "0.2"),
                    Map.entry("--label-smoothing", "0"),
                    Map.entry("--epochs", "40"),
                    Map.entry("--batch", "8"),
                    Map.entry("--rate", "0.003"),
                    Map.entry("--schedule", "cosine"),
                    Map.entry("--clip", "1"),
                    Map.entry("--keep", "last"),
                    Map.entry("--output", "classify.safetensors")));
        }
    }

    @Option(
            order = -85,
            names = "--pool",
            paramLabel = "HOW",
            defaultValue = "mean",
            description = "What of the recurrent layers' output the answer is made of: ${COMPLETION-CANDIDATES} of its"
                    + " steps (default: ${DEFAULT-VALUE}).")
    Pool pool = Pool.mean;

    /** The ways to make one output of all steps, as they are typed. */
    enum Pool {
        mean,
        last
    }

    TrainClassify(Console console) {
        super(console);
    }

    @Override
    boolean perStep() {
        return false;
    }

    @Override
    NetworkSpec layers(List<LayerSpec> first, int inputSize, int classes) {
        return network.stack(
                first, inputSize, classes, stack -> directed(stack).withLastOnly(pool == Pool.last), pool == Pool.mean);
    }
}
