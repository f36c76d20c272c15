package dev.carousel.train.search;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a search found.
 *
 * @param settings all that were tried, by the number of their trial, from 1
 * @param trials each setting as far as it came, the best first
 */
public record SearchResult(List<Map<String, Object>> settings, List<FinishedTrial> trials) {

    /** Takes copies. */
    public SearchResult {
        settings = List.copyOf(settings);
        trials = List.copyOf(trials);
    }

    /** The trial with the least loss of those that were trained longest; nothing if none came out well. */
    public Optional<FinishedTrial> best() {
        return trials.stream()
                .limit(1)
                .filter(trial -> trial.outcome().isGood())
                .findFirst();
    }

    /** What was drawn for a trial. */
    public Map<String, Object> setting(FinishedTrial trial) {
        return settings.get(trial.number() - 1);
    }
}
