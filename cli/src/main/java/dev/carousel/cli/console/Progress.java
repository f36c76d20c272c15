package dev.carousel.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/**
 * How far a training is: on a terminal one line that is written over, with the loss, the speed and the time left; above
 * it, or where there is no terminal, the lines that are worth keeping. Silent if asked to be.
 */
public final class Progress implements AutoCloseable {

    private static final int UPDATE_MILLIS = 200;
    private static final int BAR_LENGTH = 24;
    private static final int SHORTEST_BAR = 4;
    private static final int FEWEST_SPARKS = 6;
    private static final double SMOOTHING = 0.98;
    private static final double SECONDS_REMEMBERED = 10;

    private final Console console;
    private final boolean quiet;
    private final String unit;
    private final @Nullable Line line;
    private final @Nullable ProgressBar bar;

    /** What the thread that draws the bar reads. */
    private volatile double loss = Double.NaN;

    private volatile String label = "";

    private volatile String heldOut = "";

    private volatile String sparks = "";

    private volatile long skipped;

    private final List<Double> heldOutLosses = new ArrayList<>();

    // Of the thread that draws the bar alone.
    private double secondsBefore;
    private long countBefore;
    private double weightedCount;
    private double weightedSeconds;

    /** Progress that nobody sees. */
    public static Progress none() {
        return new Progress(Console.of(System.out, System.err), true, "", 0);
    }

    private Progress(Console console, boolean quiet, String unit, long total) {
        this.console = console;
        this.quiet = quiet;
        this.unit = unit;
        if (quiet || !console.isTerminal()) {
            line = null;
            bar = null;
        } else {
            line = new Line(console);
            bar = new ProgressBarBuilder()
                    .setInitialMax(total)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setRenderer(this::render)
                    .setConsumer(line)
                    .build();
        }
    }

    /**
     * Progress from nothing to {@code total}.
     *
     * @param quiet whether nothing is shown at all
     * @param unit what is counted, in the plural: {@code characters}
     * @param total how many there will be
     */
    public static Progress start(Console console, boolean quiet, String unit, long total) {
        return new Progress(console, quiet, unit, total);
    }

    /** What stands before the bar: {@code epoch 3/10}. */
    public void label(String text) {
        label = text;
    }

    /**
     * Some more have been done.
     *
     * @param amount how many
     * @param batchLoss the loss on them; shown smoothed
     */
    public void advance(long amount, double batchLoss) {
        if (bar != null) {
            double before = loss;
            loss = Double.isNaN(before) ? batchLoss : SMOOTHING * before + (1 - SMOOTHING) * batchLoss;
            bar.stepBy(amount);
        }
    }

    /** Some have been done by an earlier run. */
    public void skip(long amount) {
        if (bar != null) {
            skipped = amount;
            bar.stepBy(amount);
        }
    }

    /** What is held out has been evaluated; the bar shows the losses so far as a line of sparks. */
    public void heldOut(String name, double heldOutLoss) {
        heldOutLosses.add(heldOutLoss);
        heldOut =
                "  " + name + " " + Format.figure(heldOutLoss) + " " + Sparkline.of(heldOutLosses, console.hasBlocks());
    }

    /** Whether there is a bar: on a terminal, unless asked to be quiet. */
    public boolean isBar() {
        return bar != null;
    }

    /** A line that stays, such as the figures of an epoch. */
    public void line(String text) {
        if (line != null) {
            line.above(text);
        } else if (!quiet) {
            console.note(text);
        }
    }

    /** Takes the bar away; the lines stay. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    private String render(ProgressState state, int width) {
        double share = state.getMax() <= 0 ? 0 : Math.min(1, (double) state.getCurrent() / state.getMax());
        double perSecond = perSecond(state);
        String percent = String.format(Locale.ROOT, " %3.0f %%", Math.floor(100 * share));
        String ofBatches = Double.isNaN(loss) ? "" : "  loss " + Format.figure(loss);
        String speed = "";
        if (perSecond > 0) {
            double left = (state.getMax() - state.getCurrent()) / perSecond;
            speed = "  " + Format.rate(perSecond) + " " + unit + "/s  " + Format.clock(left) + " left";
        }
        String before = label + (label.isEmpty() ? "" : " ");
        int words = before.length() + percent.length() + heldOut.length() + speed.length();
        // What is least missed goes first where a line is too short: the loss of batches, the older sparks, the bar.
        if (words + ofBatches.length() + Math.min(sparks.length(), FEWEST_SPARKS) > width) {
            ofBatches = "";
        }
        words += ofBatches.length();
        String course = sparks.substring(Math.max(0, sparks.length() - Math.max(FEWEST_SPARKS, width - words - 10)));
        int room = Math.min(BAR_LENGTH, width - words - course.length() - 2);
        String line =
                before + (room < SHORTEST_BAR ? "" : bar(share, room)) + percent + ofBatches + heldOut + course + speed;
        return line.length() <= width ? line : line.substring(0, width);
    }

    /** The speed of late: a mean in which what was a while ago counts less, since programs run slowly at first. */
    private double perSecond(ProgressState state) {
        double seconds = state.getElapsedAfterStart().toMillis() / 1e3;
        double passed = seconds - secondsBefore;
        if (passed > 0) {
            double keep = Math.exp(-passed / SECONDS_REMEMBERED);
            long count = state.getCurrent() - skipped;
            weightedCount = keep * weightedCount + (count - countBefore);
            weightedSeconds = keep * weightedSeconds + passed;
            secondsBefore = seconds;
            countBefore = count;
        }
        return weightedSeconds > 0 ? weightedCount / weightedSeconds : 0;
    }

    private String bar(double share, int length) {
        boolean blocks = console.hasBlocks();
        int halves = (int) Math.round(share * length * 2);
        String full = (blocks ? "\u2588" : "=").repeat(halves / 2);
        String half = halves % 2 == 0 ? "" : blocks ? "\u258c" : "-";
        return "|" + full + half + " ".repeat(length - full.length() - half.length()) + "|";
    }

    /** The last line of a terminal, written over again and again. */
    private static final class Line implements ProgressBarConsumer {

        private final Console console;
        private final int width;
        private String shown = "";

        Line(Console console) {
            this.console = console;
            // A full last column makes some terminals wrap.
            this.width = console.width() - 1;
        }

        @Override
        public int getMaxRenderedLength() {
            return width;
        }

        @Override
        public synchronized void accept(String text) {
            write(text);
        }

        private void write(String text) {
            String blanks = " ".repeat(Math.max(0, shown.length() - text.length()));
            console.err().print("\r" + text + blanks);
            console.err().flush();
            shown = text;
        }

        synchronized void above(String text) {
            String below = shown;
            write(text);
            console.err().println();
            shown = "";
            write(below);
        }

        @Override
        public synchronized void clear() {
            write("");
            console.err().print("\r");
            console.err().flush();
        }

        @Override
        public void close() {
            clear();
        }
    }
}
