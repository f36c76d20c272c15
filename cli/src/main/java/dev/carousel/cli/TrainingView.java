package dev.carousel.cli;

import dev.carousel.cli.console.Format;
import dev.carousel.cli.console.Progress;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import java.util.Locale;

/** Shows a training as it goes: a bar over all epochs, and a line for each of them. */
final class TrainingView implements TrainingListener, AutoCloseable {

    private final Subcommand command;
    private final String unit;
    private final int itemsPerUnit;
    private final String heldOutName;
    private final long unitsPerEpoch;
    private final long started = System.nanoTime();
    private Progress progress;
    private int epochs;

    /**
     * A view of one run.
     *
     * @param unit what is counted, in the plural
     * @param itemsPerUnit how many steps of sequences make one of them
     * @param unitsPerEpoch how many of them an epoch has
     * @param heldOutName what the held-out loss is called
     */
    TrainingView(Subcommand command, String unit, int itemsPerUnit, long unitsPerEpoch, String heldOutName) {
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
        progress = command.progress(unit, unitsPerEpoch * epochs);
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
        int width = String.valueOf(epochs).length();
        String heldOut = figures.heldOutLoss().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "  %s %7.4f",
                        heldOutName,
                        figures.heldOutLoss().getAsDouble())
                : "";
        progress.line(String.format(
                Locale.ROOT,
                "epoch %" + width + "d/%d  training %7.4f%s  %9s %s/s  %7s",
                figures.epoch(),
                epochs,
                figures.trainingLoss(),
                heldOut,
                Format.rate(figures.itemsPerSecond() / itemsPerUnit),
                unit,
                Format.clock((System.nanoTime() - started) / 1e9)));
    }

    /** A line of one's own, above the bar. */
    void line(String text) {
        progress.line(text);
    }

    @Override
    public void close() {
        progress.close();
    }
}
