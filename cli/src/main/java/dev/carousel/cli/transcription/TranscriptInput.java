package dev.carousel.cli.transcription;

import dev.carousel.cli.command.DataFile;
import dev.carousel.data.DataException;
import dev.carousel.data.classification.ArraySequences;
import dev.carousel.data.classification.LabelledCsv;
import dev.carousel.data.classification.LabelledSequences;
import dev.carousel.data.transcription.TranscriberSpec;
import dev.carousel.interop.numpy.NpyFile;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.model.Provenance;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sequences with their texts, as a command reads them.
 *
 * @param sequences their classes are their texts
 * @param files what they were read from, as a model remembers it
 */
record TranscriptInput(LabelledSequences sequences, List<Provenance.Data> files) {

    /** What some editors begin a file with; no letter of its first text. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** Whether a file is an array by its name. */
    static boolean isArray(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    /** Reads sequences and their texts. */
    static TranscriptInput read(Path input, LabelledCsv form, Optional<Path> labels) {
        if (isArray(input)) {
            Path texts = labels.orElseThrow(() -> new DataException(
                    input + ": the array holds no texts. Name the file that does with --labels: a line for each"
                            + " sequence in a .txt file, or whole numbers [sequences, labels] in a .npy file."));
            return of(array(input).transcribed(texts(texts)).withSource(DataFile.of(input)), labels);
        }
        if (labels.isPresent()) {
            throw new DataException(labels.get() + ": --labels is for arrays, which end in .npy, but " + input
                    + " holds its texts itself.");
        }
        requireCsv(input);
        return of(form.readTexts(input), labels);
    }

    /** Reads sequences whose texts are to be written. */
    static LabelledSequences unlabelled(Path input, LabelledCsv form, TranscriberSpec spec) {
        if (isArray(input)) {
            return array(input).unlabelled(spec.steps()).withSource(DataFile.of(input));
        }
        requireCsv(input);
        return form.readUnlabelled(input, true);
    }

    private static TranscriptInput of(LabelledSequences sequences, Optional<Path> labels) {
        List<Provenance.Data> files = Stream.concat(Stream.of(sequences.source()), labels.map(DataFile::of).stream())
                .toList();
        return new TranscriptInput(sequences, files);
    }

    private static void requireCsv(Path input) {
        if (!LabelledCsv.reads(input)) {
            throw new DataException(
                    input + (Files.exists(input) ? ": cannot tell what it holds by its name." : ": no such file.")
                            + " Expected a .csv file, or a .npy file with --labels.");
        }
    }

    private static ArraySequences array(Path input) {
        NumpyArray x = NpyFile.read(input);
        if (x.rank() < 2 || x.rank() > 3 || x.size() == 0) {
            throw new DataException(input
                    + ": expected an array [sequences, steps, dimensions] or [sequences, steps] but found " + x + ".");
        }
        return ArraySequences.of(String.valueOf(input), x.floats(), x.shape());
    }

    private static List<String> texts(Path file) {
        if (isArray(file)) {
            return numbers(file);
        }
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(file));
            if (!lines.isEmpty() && lines.get(0).startsWith(BYTE_ORDER_MARK)) {
                lines.set(0, lines.get(0).substring(BYTE_ORDER_MARK.length()));
            }
            return lines;
        } catch (CharacterCodingException e) {
            throw new DataException(file + ": expected a text in UTF-8, a line for each sequence.", e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Labels that are whole numbers as words, up to the first -1. */
    private static List<String> numbers(Path file) {
        NumpyArray y = NpyFile.read(file);
        if (y.rank() != 2 || y.type().isFloat()) {
            throw new DataException(
                    file + ": expected whole numbers [sequences, labels], with -1 after the last of each, but found "
                            + y + ".");
        }
        int[] all = y.ints();
        int most = y.shape().get(1);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < y.shape().get(0); i++) {
            List<String> words = new ArrayList<>();
            int last = 0;
            while (last < most && all[i * most + last] >= 0) {
                words.add(String.valueOf(all[i * most + last]));
                last++;
            }
            for (int after = last; after < most; after++) {
                if (all[i * most + after] != -1) {
                    throw new DataException(file + ", sequence " + (i + 1) + ", label " + (after + 1) + ": expected -1"
                            + " after the end of the labels, or a label of at least 0, but found "
                            + all[i * most + after] + ".");
                }
            }
            texts.add(String.join(" ", words));
        }
        return texts;
    }
}
