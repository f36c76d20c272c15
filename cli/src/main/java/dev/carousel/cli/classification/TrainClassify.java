package dev.carousel.cli.classification;

import static dev.carousel.cli.command.Changes.RESULT;

import dev.carousel.cli.command.Defaults;
import dev.carousel.cli.command.Role;
import dev.carousel.cli.console.Console;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import dev.carousel.spec.RecurrentArchitecture.Pooling;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code carousel train classify}: a network that tells of each sequence which class it belongs to. */
@Command(
        name = "classify",
        defaultValueProvider = TrainClassify.ClassifyDefaults.class,
        header = "Train a network to classify sequences.",
        description = {
            "DATA may be:",
            "",
            "  FILE.ts      a file of the archive of time series classification: one or",
            "               many dimensions, equal or different lengths, values missing",
            "  FILE.tsv     a series of one dimension in each row, after its class, as in the",
            "               UCR archive; also .txt, and .arff, where the class is last",
            "  FILE.csv     a row for each step: --label COLUMN holds the classes, --id",
            "               COLUMN says which sequence a row belongs to",
            "  FILE.npy     an array [sequences, steps, dimensions] or [sequences, steps],",
            "               with --labels y.npy",
            "  FOLDER       a folder of .csv files for each class, a sequence in each; or of",
            "               texts, read by characters, or --by",
            "               bytes or words",
            "",
            "Numbers are scaled by the training part, never by held-out data; the model remembers how. Sequences of"
                    + " similar length are batched together. The model is the one after the last epoch."
        },
        footer = {
            "  carousel train classify BasicMotions_TRAIN.ts",
            "  carousel evaluate classify.safetensors BasicMotions_TEST.ts",
            "      accuracy, F1, log-loss and confusion, on sequences it never saw",
            "  carousel train classify X.npy --labels y.npy --validation 0.2",
            "      hold out a fifth of each class",
            "  carousel train classify gestures.csv --id gesture --label kind \\",
            "      --group person --validation 0.2",
            "      hold out whole persons",
            "  carousel train classify reviews --direction forward --embedding 32",
            "      texts in folders; forward, so that a stream can be followed",
            "  carousel train classify reviews --by words --vocabulary 5000 \\",
            "      --longest 200 --embedding 64",
            "      by the first 200 words of each text"
        })
public final class TrainClassify extends ClassifyTraining {

    /** What this command's options are where they are not given. */
    static final class ClassifyDefaults extends Defaults {

        ClassifyDefaults() {
            super(defaults("classify.safetensors"));
        }
    }

    @Role(RESULT)
    @Option(
            order = -85,
            names = "--pool",
            paramLabel = "HOW",
            defaultValue = "mean",
            description = "How the recurrent layers' output is pooled: ${COMPLETION-CANDIDATES} of its steps (default:"
                    + " ${DEFAULT-VALUE}).")
    Pool pool = Pool.mean;

    /** The ways to make one output of all steps, as they are typed. */
    enum Pool {
        mean,
        last
    }

    public TrainClassify(Console console) {
        super(console);
    }

    @Override
    public boolean perStep() {
        return false;
    }

    @Override
    public NetworkSpec layers(List<LayerSpec> first, int inputSize, int classes) {
        return directed(network.architecture(pool == Pool.mean ? Pooling.MEAN : Pooling.LAST))
                .network(first, inputSize, classes);
    }
}
