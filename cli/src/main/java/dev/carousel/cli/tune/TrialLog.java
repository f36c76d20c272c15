package dev.carousel.cli.tune;

import dev.carousel.cli.train.TrainingOutcome;
import dev.carousel.data.DataException;
import dev.carousel.json.Json;
import dev.carousel.train.search.FinishedTrial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the trials of a search gave, written as each ends: a search that was stopped goes on from here. Lines of JSON, the
 * first of which says what is searched.
 */
final class TrialLog {

    private static final String TRIAL = "trial";
    private static final String FOR_EPOCHS = "for_epochs";

    private final Path file;
    private final List<FinishedTrial> trials = new ArrayList<>();

    private TrialLog(Path file) {
        this.file = file;
    }

    /**
     * Opens the log of a search, or begins it.
     *
     * @param search what is searched
     * @throws DataException if the file is the log of another search, or damaged
     */
    static TrialLog open(Path file, Map<String, Object> search) {
        TrialLog log = new TrialLog(file);
        String header = Json.write(search);
        try {
            if (!Files.exists(file)) {
                Path folder = file.toAbsolutePath().getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
                Files.writeString(file, header + "\n", StandardOpenOption.CREATE_NEW);
                return log;
            }
            String text = Files.readString(file);
            List<String> lines = text.lines().toList();
            if (lines.isEmpty() || !lines.get(0).equals(header)) {
                throw new DataException(file + ": holds the trials of another search, or of other data. Expected "
                        + header + " in its first line. Remove it, or name another --folder.");
            }
            // A process that was killed may have left part of a line.
            int whole = text.endsWith("\n") ? lines.size() : lines.size() - 1;
            for (String line : lines.subList(1, Math.max(1, whole))) {
                log.read(line);
            }
            if (whole < lines.size()) {
                Files.writeString(file, String.join("\n", lines.subList(0, whole)) + "\n");
            }
            return log;
        } catch (IOException e) {
            throw new DataException(file + ": cannot be used for the trials: " + e.getMessage(), e);
        }
    }

    private void read(String line) {
        try {
            if (Json.parse(line) instanceof Map<?, ?> map
                    && map.get(TRIAL) instanceof Long trial
                    && map.get(FOR_EPOCHS) instanceof Long epochs) {
                trials.add(new FinishedTrial(
                        trial.intValue(),
                        epochs.intValue(),
                        TrainingOutcome.fromJson(map).toTrial()));
                return;
            }
            throw new DataException(file + ": expected the figures of a trial but found the line " + line + ".");
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    file + ": expected the figures of a trial but found the line " + line + ". Was the file changed?",
                    e);
        }
    }

    /** The trials that it was opened with, for the search to go on. */
    List<FinishedTrial> trials() {
        return List.copyOf(trials);
    }

    /** Notes what a trial gave. */
    void add(FinishedTrial trial) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put(TRIAL, trial.number());
        entry.put(FOR_EPOCHS, trial.epochs());
        entry.putAll(trial.outcome().figures());
        try {
            Files.write(file, (Json.write(entry) + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new DataException(file + ": could not be written: " + e.getMessage() + ". Is the disk full?", e);
        }
    }
}
