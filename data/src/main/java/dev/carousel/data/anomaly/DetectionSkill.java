package dev.carousel.data.anomaly;

import dev.carousel.data.forecast.ForecastWindows;
import dev.carousel.data.series.SeriesSet;
import dev.carousel.data.series.TimeSeries;
import dev.carousel.network.PackedNetwork;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The scores of some rows, and how well they separate the labelled ones, next to a naive score: how unusual the
 * difference to the row before is.
 *
 * <pre>{@code
 * DetectionSkill skill = DetectionSkill.of(task, network.pack(), series, labels, from, to);
 * skill.network().recall();                           // 0.93 of the labelled rows raised an alarm
 * skill.eventsFound() + " of " + skill.events();      // 7 of 7 events, runs of labelled rows, had an alarm
 * }</pre>
 *
 * @param network how well the network's scores do
 * @param naive how well the naive ones do
 * @param labelled whether anything is known about which rows should be found
 * @param events how many events there are: labelled rows of a series that follow each other are one
 * @param eventsFound how many of them had an alarm in at least one row
 * @param scores the network's, of all rows, series by series; NaN where too little stands before
 * @param largest the rows with the largest scores, the largest first, 20 at most
 */
public record DetectionSkill(
        DetectionScores network,
        DetectionScores naive,
        boolean labelled,
        int events,
        int eventsFound,
        double[] scores,
        List<ScoredRow> largest) {

    private static final int MOST_LARGEST = 20;

    /**
     * A row, its score, and the column that is furthest from what was expected.
     *
     * @param series which of the series
     * @param row which of its rows, from 0
     * @param score how far it is from what was expected
     * @param column the name of the column
     * @param labelled whether it should be found
     */
    public record ScoredRow(int series, int row, double score, String column, boolean labelled) {}

    /** Takes a copy of the list; the scores are not copied. */
    public DetectionSkill {
        largest = List.copyOf(largest);
    }

    /**
     * Scores rows: each series is followed from its first row on.
     *
     * @param task the detector's
     * @param network its network
     * @param series with the columns of the task
     * @param labels which of their rows should be found
     * @param from of each series the first row that is judged
     * @param to of each series the row after the last one
     * @throws IllegalArgumentException if there is not one row from and one to for each series
     */
    public static DetectionSkill of(
            AnomalyTask task, PackedNetwork network, SeriesSet series, AnomalyLabels labels, int[] from, int[] to) {
        if (from.length != series.size() || to.length != series.size()) {
            throw new IllegalArgumentException("DetectionSkill: expected a first and a last row for each of "
                    + series.size() + " series but found " + from.length + " and " + to.length + ".");
        }
        int count = IntStream.range(0, from.length).map(i -> to[i] - from[i]).sum();
        double[] scores = new double[count];
        double[] naive = new double[count];
        boolean[] expected = new boolean[count];
        PriorityQueue<ScoredRow> largest = new PriorityQueue<>(Comparator.comparingDouble(ScoredRow::score));
        AlarmThreshold threshold = task.anomaly().threshold();
        int events = 0;
        int eventsFound = 0;
        int at = 0;
        for (int i = 0; i < from.length; i++) {
            // The vocabularies of the model, where there are categories.
            TimeSeries one =
                    ForecastWindows.of(series.get(i), task.forecast().spec()).series();
            AnomalyStream stream = AnomalyStream.of(network, task.anomaly(), one.id());
            boolean found = false;
            for (int row = 0; row < to[i]; row++) {
                double score = stream.add(one, row);
                if (row < from[i]) {
                    continue;
                }
                scores[at] = score;
                naive[at] = Double.isNaN(score)
                        ? Double.NaN
                        : task.naive().score(task.forecast().spec(), one, row);
                expected[at] = labels.labelled(i, row);
                if (expected[at]) {
                    boolean begins = row == from[i] || !labels.labelled(i, row - 1);
                    found = !begins && found;
                    events += begins ? 1 : 0;
                    eventsFound += !found && threshold.alarms(score) ? 1 : 0;
                    found |= threshold.alarms(score);
                }
                if (score
                        > (largest.size() < MOST_LARGEST
                                ? Double.NEGATIVE_INFINITY
                                : largest.element().score())) {
                    String column = task.forecast().spec().targets().get(stream.farthestColumn());
                    largest.add(new ScoredRow(i, row, score, column, expected[at]));
                    if (largest.size() > MOST_LARGEST) {
                        largest.remove();
                    }
                }
                at++;
            }
        }
        return new DetectionSkill(
                DetectionScores.of(scores, expected, threshold),
                DetectionScores.of(naive, expected, task.naiveThreshold()),
                labels.known(),
                events,
                eventsFound,
                scores,
                largest.stream()
                        .sorted(Comparator.comparingDouble(ScoredRow::score).reversed())
                        .toList());
    }
}
