package dev.carousel.cli.classification;

import dev.carousel.cli.command.Defaults;
import dev.carousel.cli.console.Console;
import dev.carousel.data.classification.TagDecoding;
import dev.carousel.spec.CrfScores;
import dev.carousel.spec.LayerSpec;
import dev.carousel.spec.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code carousel train tag}: a network that tells of each step of a sequence which class it belongs to. */
@Command(
        name = "tag",
        defaultValueProvider = TrainTag.TagDefaults.class,
        header = "Train a network to classify each step of a sequence.",
        description = {
            "DATA may be:",
            "",
            "  FILE.csv     a row for each step: --label COLUMN holds the classes, --id",
            "               COLUMN says which sequence a row belongs to; without it the",
            "               file is one sequence",
            "  FILE.conll   words and their tags in columns, a blank line after each",
            "               sentence; also .conllu, .iob, .bio, .tsv, .txt. --label N says",
            "               which column holds the tags (default: the last). Words that",
            "               occur less than --min-count times are read by their shape and",
            "               their last characters",
            "  FILE.npy     an array [sequences, steps, dimensions] or [sequences, steps],",
            "               with --labels y.npy, an array [sequences, steps] of whole",
            "               numbers; -1 where a step has no class",
            "",
            "Numbers are scaled by the training part, never by held-out data; the model remembers how. Sequences of"
                    + " similar length are batched together. The model is the one after the last epoch."
        },
        footer = {
            "  carousel train tag rides.csv --id ride --label mood --validation 0.2",
            "      hold out a fifth of the sequences",
            "  carousel train tag words.conll --embedding 64 --validation 0.1",
            "      whole sentences, word by word",
            "  carousel train tag words.conll --crf --scheme bio --embedding 64 \\",
            "      --validation 0.1",
            "      tags of entities that agree with each other",
            "  carousel train tag X.npy --labels y.npy --direction forward",
            "      so that a stream can be tagged as it goes"
        })
public final class TrainTag extends ClassifyTraining {

    /** What this command's options are where they are not given. */
    static final class TagDefaults extends Defaults {

        TagDefaults() {
            super(defaults("tag.safetensors"));
        }
    }

    @Mixin
    TagOptions tags = new TagOptions();

    public TrainTag(Console console) {
        super(console);
    }

    @Override
    public boolean perStep() {
        return true;
    }

    @Override
    TagDecoding decoding() {
        return tags.decoding();
    }

    @Override
    void requireDecoding(boolean words) {
        tags.require(this, file, words);
        classes.requireNoWeightsIf(this, tags.crf, "--crf");
    }

    @Override
    public NetworkSpec layers(List<LayerSpec> first, int inputSize, int classes) {
        NetworkSpec each = directed(network.architecture()).network(first, inputSize, classes);
        if (!tags.crf) {
            return each;
        }
        List<LayerSpec> all = new ArrayList<>(each.layers());
        all.add(CrfScores.of(classes));
        return new NetworkSpec(all);
    }
}
