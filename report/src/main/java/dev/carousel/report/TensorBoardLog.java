package dev.carousel.report;

import dev.carousel.spec.Parameters;
import dev.carousel.spec.Slice;
import dev.carousel.train.EpochFigures;
import dev.carousel.train.TrainingListener;
import dev.carousel.train.TrainingPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes event files that TensorBoard reads, while a network trains.
 *
 * <pre>{@code
 * try (TensorBoardLog log = TensorBoardLog.in(Path.of("runs/sales-1"))) {
 *     Trainer.of(network, plan, team).train(training, heldOut, log.withParameters(network.parameters()));
 * }
 * }</pre>
 *
 * <p>Scalars of each update, by its number: {@code update/loss}, {@code update/gradient_norm}. Of each epoch, by its number:
 * {@code epoch/training_loss}, {@code epoch/held_out_loss}, {@code epoch/learning_rate}, {@code epoch/gradient_norm}, the
 * same of each layer as {@code gradient_norm/rnn.l0}, {@code epoch/steps_per_second}; and where {@link #withParameters} asks for it a histogram of every
 * parameter. The plan is a text.
 *
 * <p>What is written reaches the file at the end of each epoch, and every other second. A log that cannot be written, as on a
 * full disk, does not end the training: it falls silent, and {@link #failure} tells why.
 */
public final class TensorBoardLog implements TrainingListener, AutoCloseable {

    private static final long FLUSH_NANOS = 2_000_000_000L;

    // Fields of the messages Summary, Summary.Value, SummaryMetadata, PluginData and TensorProto.
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    private static final int HISTOGRAM = 5;
    private static final int TENSOR = 8;
    private static final int METADATA = 9;
    private static final int PLUGIN_DATA = 1;
    private static final int PLUGIN_NAME = 1;
    private static final int TENSOR_TYPE = 1;
    private static final int TENSOR_STRINGS = 8;
    private static final int STRING = 7;

    private final EventFile file;
    private Optional<Parameters> parameters = Optional.empty();
    private Optional<IOException> failure = Optional.empty();
    private int batches;
    private int epoch;
    private long flushed = System.nanoTime();

    private TensorBoardLog(EventFile file) {
        this.file = file;
    }

    /**
     * A log in a folder, which is made if it is not there; each log is a separate file. TensorBoard takes the folder's
     * name for that of the run.
     *
     * @throws IOException if no file can be made there
     */
    public static TensorBoardLog in(Path folder) throws IOException {
        return new TensorBoardLog(EventFile.createIn(folder));
    }

    /** This log, which after each epoch also writes a histogram of every parameter. */
    public TensorBoardLog withParameters(Parameters parameters) {
        this.parameters = Optional.of(parameters);
        return this;
    }

    /** Writes one number. */
    public void scalar(String tag, long step, double value) {
        write(step, new ProtobufMessage().text(TAG, tag).floatNumber(SIMPLE_VALUE, (float) value));
    }

    /** Writes a text, which TensorBoard takes for Markdown. */
    public void text(String tag, long step, String text) {
        ProtobufMessage plugin = new ProtobufMessage().text(PLUGIN_NAME, "text");
        write(
                step,
                new ProtobufMessage()
                        .text(TAG, tag)
                        .message(
                                TENSOR,
                                new ProtobufMessage()
                                        .number(TENSOR_TYPE, STRING)
                                        .text(TENSOR_STRINGS, text))
                        .message(METADATA, new ProtobufMessage().message(PLUGIN_DATA, plugin)));
    }

    private void write(long step, ProtobufMessage value) {
        if (failure.isPresent()) {
            return;
        }
        try {
            file.append(step, new ProtobufMessage().message(VALUE, value));
        } catch (IOException e) {
            failure = Optional.of(e);
        }
    }

    private void flush() {
        try {
            file.flush();
        } catch (IOException e) {
            failure = failure.or(() -> Optional.of(e));
        }
        flushed = System.nanoTime();
    }

    /** Why the log is not complete, if it is not. */
    public Optional<IOException> failure() {
        return failure;
    }

    @Override
    public void trainingStarted(TrainingPlan plan, int batches) {
        this.batches = batches;
        text("plan", 0, "    " + plan);
        flush();
    }

    @Override
    public void epochStarted(int epoch) {
        this.epoch = epoch;
    }

    @Override
    public void batchEnded(int batch, long items, double loss, double gradientNorm) {
        long update = (epoch - 1L) * batches + batch + 1;
        scalar("update/loss", update, loss);
        scalar("update/gradient_norm", update, gradientNorm);
        if (System.nanoTime() - flushed > FLUSH_NANOS) {
            flush();
        }
    }

    @Override
    public void epochEnded(EpochFigures figures) {
        int step = figures.epoch();
        scalar("epoch/training_loss", step, figures.trainingLoss());
        figures.heldOutLoss().ifPresent(loss -> scalar("epoch/held_out_loss", step, loss));
        scalar("epoch/learning_rate", step, figures.learningRate());
        scalar("epoch/gradient_norm", step, figures.gradientNorm());
        figures.layerNorms().forEach((layer, norm) -> scalar("gradient_norm/" + layer, step, norm));
        scalar("epoch/steps_per_second", step, figures.itemsPerSecond());
        parameters.ifPresent(all -> {
            for (Slice slice : all.slices()) {
                write(
                        step,
                        new ProtobufMessage()
                                .text(TAG, "parameters/" + slice.name())
                                .message(HISTOGRAM, Histogram.of(all.values(), slice.offset(), slice.end())));
            }
        });
        flush();
    }

    /** Writes what is left. It never fails: {@link #failure} tells. */
    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            failure = failure.or(() -> Optional.of(e));
        }
    }
}
