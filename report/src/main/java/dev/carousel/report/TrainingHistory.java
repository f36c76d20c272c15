package dev.carousel.report;

import dev.carousel.loss.LogisticCrossEntropy;
import dev.carousel.loss.Loss;
import dev.carousel.loss.MeanAbsoluteError;
import dev.carousel.loss.MeanSquaredError;
import dev.carousel.loss.Pinball;
import dev.carousel.loss.SoftmaxCrossEntropy;
import dev.carousel.report.Section.Curves;
import dev.carousel.report.Section.Line;
import dev.carousel.report.Section.Summary;
import dev.carousel.report.Section.Table;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import dev.carousel.train.TrainingResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Remembers a run of training and shows it as sections of a page: losses, learning rate, gradient norms, speed.
 *
 * <pre>{@code
 * TrainingHistory history = new TrainingHistory();
 * Trainer.of(network, plan, team).train(training, heldOut, history);
 * Report.of("Sales", history.sections()).write(Path.of("sales.html"));
 * }</pre>
 *
 * <p>Its memory is bounded, however many updates there are. It keeps one run at a time: another forgets the one before. Any
 * thread may ask for the sections while one trains.
 */
public final class TrainingHistory implements TrainingListener {

    private final String items;
    private final int itemsPerUnit;

    private Optional<TrainingPlan> plan = Optional.empty();
    private Optional<TrainingResult> result = Optional.empty();
    private final List<EpochFigures> epochs = new ArrayList<>();
    private RunningMeans losses = new RunningMeans();
    private RunningMeans norms = new RunningMeans();
    private int batches;
    private int epoch;
    private int batchesOfEpoch;
    private boolean resumed;
    private long updates;
    private long started;
    private long version;

    /** A history that counts steps of sequences. */
    public TrainingHistory() {
        this("steps", 1);
    }

    /**
     * A history that counts something larger.
     *
     * @param items what is counted, in the plural: {@code characters}, {@code forecasts}
     * @param itemsPerUnit how many steps of sequences make one of them
     */
    public TrainingHistory(String items, int itemsPerUnit) {
        this.items = items;
        this.itemsPerUnit = itemsPerUnit;
    }

    @Override
    public synchronized void trainingStarted(TrainingPlan plan, int batches) {
        this.plan = Optional.of(plan);
        this.batches = batches;
        result = Optional.empty();
        epochs.clear();
        losses = new RunningMeans();
        norms = new RunningMeans();
        epoch = 0;
        batchesOfEpoch = 0;
        resumed = false;
        updates = 0;
        started = System.nanoTime();
        version++;
    }

    @Override
    public synchronized void trainingResumed(List<EpochFigures> epochs, int batches) {
        this.epochs.addAll(epochs);
        batchesOfEpoch = batches;
        resumed = true;
        version++;
    }

    @Override
    public synchronized void epochStarted(int epoch) {
        this.epoch = epoch;
        version++;
    }

    @Override
    public synchronized void batchEnded(int batch, long items, double loss, double gradientNorm) {
        losses.add(loss);
        norms.add(gradientNorm);
        updates++;
        batchesOfEpoch = batch + 1;
        version++;
    }

    @Override
    public synchronized void epochEnded(EpochFigures figures) {
        epochs.add(figures);
        batchesOfEpoch = 0;
        version++;
    }

    @Override
    public synchronized void trainingEnded(TrainingResult result) {
        this.result = Optional.of(result);
        version++;
    }

    /** A number that grows with everything that happens. */
    synchronized long version() {
        return version;
    }

    /** How far it is, in a line. */
    synchronized String status() {
        if (plan.isEmpty()) {
            return "Training has not begun.";
        }
        int all = plan.get().epochs();
        double seconds = (System.nanoTime() - started) / 1e9;
        if (result.isPresent()) {
            return "Training ended after " + epochs.size() + (epochs.size() == 1 ? " epoch." : " epochs.");
        }
        double share = done() / Math.max(1.0, (double) batches * all);
        String left = share > 0 && share < 1 && !resumed
                ? ", " + Digits.clock(seconds / share - seconds) + " left at most"
                : "";
        return "Training: epoch " + epoch + " of " + all + ", " + Math.round(100 * share) + " % of all, "
                + Digits.clock(seconds) + " so far" + left + ".";
    }

    /** How many batches have been seen, from the very beginning. */
    private double done() {
        return (double) epochs.size() * batches + batchesOfEpoch;
    }

    /** What is known so far: a summary, the curves, and a table of the epochs. */
    public synchronized List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        sections.add(summary());
        if (!epochs.isEmpty()) {
            sections.add(loss());
        }
        if (updates > 1) {
            sections.add(ofUpdates("Loss of the updates", "loss", lossName(), losses));
        }
        if (!epochs.isEmpty()) {
            sections.add(ofEpochs(
                    "Learning rate",
                    "Of the last update of each epoch.",
                    Axis.of("learning rate"),
                    "learning rate",
                    EpochFigures::learningRate));
        }
        if (updates > 1) {
            sections.add(ofUpdates("Gradient norm of the updates", "gradient norm", "", norms));
        }
        if (!epochs.isEmpty()) {
            sections.add(layerNorms());
        }
        if (!epochs.isEmpty()) {
            sections.add(ofEpochs(
                    "Speed",
                    "Training alone, without the evaluation of what is held out.",
                    Axis.of("speed", items + "/s"),
                    items + "/s",
                    one -> one.itemsPerSecond() / itemsPerUnit));
            sections.add(table());
        }
        return sections;
    }

    private Section summary() {
        Map<String, String> figures = new LinkedHashMap<>();
        Optional<EpochFigures> best = epochs.stream().reduce((a, b) -> b.decidingLoss() < a.decidingLoss() ? b : a);
        best.ifPresent(one -> {
            one.heldOutLoss().ifPresent(loss -> figures.put("best held-out loss", withUnit(Digits.figure(loss))));
            figures.put(
                    one.heldOutLoss().isPresent() ? "training loss then" : "best training loss",
                    withUnit(Digits.figure(one.trainingLoss())));
            figures.put("best epoch", one.epoch() + " of " + epochs.size());
        });
        result.filter(ended -> ended.keptEpoch() > 0)
                .ifPresent(ended -> figures.put("kept epoch", "" + ended.keptEpoch()));
        figures.put("updates", Digits.count(updates));
        double nanos = epochs.stream().mapToDouble(EpochFigures::elapsedNanos).sum();
        double read = epochs.stream().mapToDouble(EpochFigures::items).sum();
        if (nanos > 0) {
            figures.put("speed", Digits.figure(read * 1e9 / nanos / itemsPerUnit) + " " + items + "/s");
            double heldOut =
                    epochs.stream().mapToDouble(EpochFigures::heldOutNanos).sum();
            figures.put("time", Digits.clock((nanos + heldOut) / 1e9));
        }
        return new Summary("Summary", "", figures);
    }

    private Section loss() {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("training", of(EpochFigures::trainingLoss)));
        boolean heldOut = heldOut();
        if (heldOut) {
            lines.add(new Line("held out", of(one -> one.heldOutLoss().orElse(Double.NaN))));
        }
        return new Curves(
                "Loss",
                "Training: the mean over the epoch, each batch before its update."
                        + (heldOut ? " Held out: after the epoch." : ""),
                Axis.of("epoch"),
                Axis.of("loss", lossName()),
                of(EpochFigures::epoch),
                lines);
    }

    private Section layerNorms() {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("all", of(EpochFigures::gradientNorm)));
        for (String layer : epochs.get(epochs.size() - 1).layerNorms().keySet()) {
            lines.add(new Line(layer, of(one -> one.layerNorms().getOrDefault(layer, Double.NaN))));
        }
        return new Curves(
                "Gradient norm by layer",
                "The mean over the updates of each epoch, before clipping.",
                Axis.of("epoch"),
                Axis.of("gradient norm"),
                of(EpochFigures::epoch),
                lines);
    }

    private Section ofUpdates(String title, String name, String unit, RunningMeans means) {
        String what = means.stride() == 1 ? "each update" : "mean of " + means.stride() + " updates";
        return new Curves(
                title,
                resumed ? "Since the training was resumed." : "",
                Axis.of("update"),
                Axis.of(name, unit),
                means.places(),
                List.of(new Line(what, means.means())));
    }

    private Section ofEpochs(String title, String note, Axis up, String name, ToDoubleFunction<EpochFigures> what) {
        return new Curves(
                title, note, Axis.of("epoch"), up, of(EpochFigures::epoch), List.of(new Line(name, of(what))));
    }

    private double[] of(ToDoubleFunction<EpochFigures> what) {
        return epochs.stream().mapToDouble(what).toArray();
    }

    private Section table() {
        boolean judged = heldOut();
        List<String> headings = new ArrayList<>(List.of("epoch", "training loss"));
        if (judged) {
            headings.add("held-out loss");
        }
        headings.addAll(List.of("learning rate", "gradient norm", items + "/s", "time"));
        List<List<String>> rows = new ArrayList<>();
        for (EpochFigures one : epochs) {
            List<String> row = new ArrayList<>(List.of(String.valueOf(one.epoch()), Digits.figure(one.trainingLoss())));
            if (judged) {
                row.add(Digits.figure(one.heldOutLoss().orElse(Double.NaN)));
            }
            row.addAll(List.of(
                    Digits.figure(one.learningRate()),
                    Digits.figure(one.gradientNorm()),
                    Digits.figure(one.itemsPerSecond() / itemsPerUnit),
                    Digits.clock((one.elapsedNanos() + one.heldOutNanos()) / 1e9)));
            rows.add(row);
        }
        return new Table("Epochs", "", headings, rows);
    }

    private boolean heldOut() {
        return epochs.stream().anyMatch(one -> one.heldOutLoss().isPresent());
    }

    private String withUnit(String figure) {
        return lossUnit().isEmpty() ? figure : figure + " " + lossUnit();
    }

    /** What the axis of a loss adds to its name: a unit, or which loss it is where that is of normalised numbers. */
    private String lossName() {
        Optional<Loss> loss = plan.map(TrainingPlan::loss);
        if (loss.filter(MeanAbsoluteError.class::isInstance).isPresent()) {
            return "mean absolute error";
        }
        if (loss.filter(MeanSquaredError.class::isInstance).isPresent()) {
            return "mean squared error";
        }
        return loss.filter(Pinball.class::isInstance).isPresent() ? "pinball" : lossUnit();
    }

    private String lossUnit() {
        Optional<Loss> loss = plan.map(TrainingPlan::loss);
        boolean entropy = loss.filter(one -> one instanceof SoftmaxCrossEntropy || one instanceof LogisticCrossEntropy)
                .isPresent();
        return entropy ? "nats" : "";
    }
}
