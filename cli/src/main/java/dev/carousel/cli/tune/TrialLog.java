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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the trials of a search gave, written as each ends: a search that was stopped goes on from here. Lines of JSON, the
 * first of which says what is searched.
 */
final class TrialLog {

    private static final String TRIAL = "trial";
    private static final String FOR_EPOCHS = "for_epochs";

    /** So many characters of what was found stand in a message. */
    private static final int MOST_SHOWN = 60;

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
            requireSame(file, lines.isEmpty() ? "" : lines.get(0), header);
            // A process that was killed may have left part of a line.
            int whole = text.endsWith("\n") ? lines.size() : lines.size() - 1;
            for (int i = 1; i < whole; i++) {
                log.read(i + 1, lines.get(i));
            }
            if (whole < lines.size()) {
                Files.writeString(file, String.join("\n", lines.subList(0, whole)) + "\n");
            }
            return log;
        } catch (IOException e) {
            throw new DataException(file + ": cannot be used for the trials: " + e.getMessage(), e);
        }
    }

    private static void requireSame(Path file, String found, String expected) {
        if (found.equals(expected)) {
            return;
        }
        String difference;
        try {
            difference = difference("", Json.parse(found), Json.parse(expected));
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    file + ", line 1: expected what is searched but found '" + shortened(found)
                            + "'. Is it of another search, or another file? Name another --folder.",
                    e);
        }
        throw new DataException(file + ", line 1: holds the trials of another search, or of other data: " + difference
                + ". Remove it, or name another --folder.");
    }

    /** The first entry that differs, and how. */
    private static String difference(String name, @Nullable Object found, @Nullable Object expected) {
        if (found instanceof Map<?, ?> a && expected instanceof Map<?, ?> b) {
            Set<Object> keys = new LinkedHashSet<>(b.keySet());
            keys.addAll(a.keySet());
            for (Object key : keys) {
                if (!Objects.equals(a.get(key), b.get(key))) {
                    return difference(name.isEmpty() ? key.toString() : name + " of " + key, a.get(key), b.get(key));
                }
            }
        }
        if (found instanceof List<?> a && expected instanceof List<?> b) {
            int at = 0;
            while (at < Math.min(a.size(), b.size()) && a.get(at).equals(b.get(at))) {
                at++;
            }
            return difference(
                    name + ", number " + (at + 1), at < a.size() ? a.get(at) : null, at < b.size() ? b.get(at) : null);
        }
        return name + " is " + shown(found) + " there but " + shown(expected) + " here";
    }

    private static String shortened(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }

    private static String shown(@Nullable Object value) {
        return value == null ? "nothing" : shortened(Json.write(value));
    }

    private void read(int number, String line) {
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
            throw new IllegalArgumentException("There is no trial in it.");
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    file + ", line " + number + ": expected the figures of a trial but found '" + shortened(line)
                            + "'. Was the file changed?",
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
