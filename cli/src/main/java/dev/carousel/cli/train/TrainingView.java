package dev.carousel.cli.train;

import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.Progress;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import java.util.List;
import java.util.Locale;

/**
 * Shows a training as it goes: a line for each epoch, and on a terminal a bar over all of them. Both tell the time left, the
 * bar also the course of the held-out losses.
 */
public final class TrainingView implements TrainingListener, AutoCloseable {

    private final Subcommand command;
    private final String unit;
    private final int itemsPerUnit;
    private final String heldOutName;
    private final long unitsPerEpoch;
    private final long started = System.nanoTime();
    private Progress progress;
    private int epochs;
    private int batches;

    /** Epochs that were not done by this run, but by the one that it resumes. */
    private int epochsBefore;

    /**
     * A view of one run.
     *
     * @param unit what is counted, in the plural
     * @param itemsPerUnit how many steps of sequences make one of them
     * @param unitsPerEpoch how many of them an epoch has
     * @param heldOutName what the held-out loss is called
     */
    public TrainingView(Subcommand command, String unit, int itemsPerUnit, long unitsPerEpoch, String heldOutName) {
        this.command = command;
        this.unit = unit;
        this.itemsPerUnit = itemsPerUnit;
        this.unitsPerEpoch = unitsPerEpoch;
        this.heldOutName = heldOutName;
        this.progress = Progress.none();
    }

    /** What is counted, in the plural. */
    String unit() {
        return unit;
    }

    /** How many steps of sequences make one of them. */
    int itemsPerUnit() {
        return itemsPerUnit;
    }

    @Override
    public void trainingStarted(TrainingPlan plan, int batches) {
        epochs = plan.epochs();
        this.batches = batches;
        progress = command.progress(unit, unitsPerEpoch * epochs);
    }

    @Override
    public void trainingResumed(List<EpochFigures> before, int batchesDone) {
        epochsBefore = before.size();
        progress.skip(unitsPerEpoch * epochsBefore + unitsPerEpoch * batchesDone / Math.max(1, batches));
        before.forEach(this::showHeldOut);
    }

    private void showHeldOut(EpochFigures figures) {
        figures.heldOutLoss().ifPresent(loss -> progress.heldOut(heldOutName, loss));
    }

    @Override
    public void epochStarted(int epoch) {
        progress.label("epoch " + epoch + "/" + epochs);
    }

    @Override
    public void batchEnded(int batch, long items, double loss, double gradientNorm) {
        progress.advance(items / itemsPerUnit, loss);
    }

    @Override
    public void epochEnded(EpochFigures figures) {
        showHeldOut(figures);
        int width = String.valueOf(epochs).length();
        double seconds = (System.nanoTime() - started) / 1e9;
        double left = seconds / (figures.epoch() - epochsBefore) * (epochs - figures.epoch());
        String heldOut = figures.heldOutLoss().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "  %s %7.4f",
                        heldOutName,
                        figures.heldOutLoss().getAsDouble())
                : "";
        progress.line(String.format(
                Locale.ROOT,
                "epoch %" + width + "d/%d  training %7.4f%s  %9s %s/s  %7s%s",
                figures.epoch(),
                epochs,
                figures.trainingLoss(),
                heldOut,
                Format.rate(figures.itemsPerSecond() / itemsPerUnit),
                unit,
                Format.clock(seconds),
                figures.epoch() < epochs && !progress.isBar() ? "  " + Format.clock(left) + " left" : ""));
    }

    /** A line of your own, above the bar. */
    void line(String text) {
        progress.line(text);
    }

    @Override
    public void close() {
        progress.close();
    }
}
