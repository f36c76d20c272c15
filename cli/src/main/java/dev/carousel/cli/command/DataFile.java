package dev.carousel.cli.command;

import dev.carousel.data.DataException;
import dev.carousel.model.Model;
import dev.carousel.model.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files that models were trained on, as a model remembers them. */
public final class DataFile {

    private DataFile() {}

    /** A file, which is read for its sum. */
    public static Provenance.Data of(Path file) {
        try {
            return Provenance.Data.of(file);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** A file whose sum is known already. */
    public static Provenance.Data of(Path file, String sha256) {
        try {
            return new Provenance.Data(String.valueOf(file.getFileName()), Files.size(file), sha256);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read any more. Was it moved during the training?", e);
        }
    }

    /** Whether a model was trained on data of this sum. */
    public static boolean trainedOn(Model model, String sha256) {
        return model.provenance().data().stream().anyMatch(file -> file.sha256().equals(sha256));
    }

    /** Whether a model was trained on these very files, in this order. */
    public static boolean trainedOn(Model model, List<Provenance.Data> files) {
        return model.provenance().data().stream()
                .map(Provenance.Data::sha256)
                .toList()
                .equals(files.stream().map(Provenance.Data::sha256).toList());
    }
}
