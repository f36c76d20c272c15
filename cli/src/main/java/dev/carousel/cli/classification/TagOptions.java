package dev.carousel.cli.classification;

import static dev.carousel.cli.command.Changes.MEASURE;

import dev.carousel.cli.command.Role;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.data.classification.TagDecoding;
import dev.carousel.data.classification.TagScheme;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the tags of a sequence are chosen. */
final class TagOptions {

    @Role(value = MEASURE, why = "the loss is then of whole sequences")
    @Option(
            order = -90,
            names = "--crf",
            description = "Choose the tags of a sequence together, by a conditional random field that learns which tag"
                    + " follows which. Such a model reads whole sequences and follows no stream.")
    boolean crf;

    @Role(value = MEASURE, why = "it decides which tags there are")
    @Option(
            order = -90,
            names = "--scheme",
            paramLabel = "SCHEME",
            description = "With --crf, for words with tags: how tags mark entities, ${COMPLETION-CANDIDATES}. Tags that"
                    + " break the scheme are errors in a file, and the model never gives any.")
    Optional<Scheme> scheme = Optional.empty();

    @Role(value = MEASURE, why = "it changes what is predicted")
    @Option(
            order = -90,
            names = "--repair-tags",
            description =
                    "With --scheme: read the entities as conlleval does, whatever the tags, and write them anew in"
                            + " the scheme, now and in files that are evaluated later. So a file of IOB1 or BIO tags trains a"
                            + " model of bioes, too.")
    boolean repair;

    /** The schemes, as they are typed. */
    enum Scheme {
        bio,
        bioes
    }

    /** Refuses what makes no sense. */
    void require(Subcommand command, Path file, boolean words) {
        if (scheme.isPresent() && !crf) {
            throw command.mistake("--scheme is " + scheme.get()
                    + " but it says which tags a conditional random field may choose: add --crf, or leave it out.");
        }
        if (repair && scheme.isEmpty()) {
            throw command.mistake("--repair-tags writes tags anew in a scheme: add --scheme bio or --scheme bioes.");
        }
        if (scheme.isPresent() && !words) {
            throw command.mistake("--scheme is " + scheme.get() + " but " + file
                    + " does not hold words with tags of entities; .conll, .iob, .bio, .tsv and .txt do.");
        }
    }

    TagDecoding decoding() {
        if (!crf) {
            return TagDecoding.EACH;
        }
        TagDecoding decoding =
                scheme.map(one -> TagDecoding.of(TagScheme.of(one.name()))).orElse(TagDecoding.CRF);
        return repair ? decoding.withRepairedTags() : decoding;
    }
}
