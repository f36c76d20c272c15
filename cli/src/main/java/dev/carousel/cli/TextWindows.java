package dev.carousel.cli;

import dev.carousel.data.DataException;
import dev.carousel.data.TextData;
import dev.carousel.data.TextData.Part;
import dev.carousel.train.Batches;
import dev.carousel.train.Windows;
import dev.carousel.train.Windows.Tail;
import java.util.Arrays;

/** A text cut for training: windows of its first part to learn from, the rest held out. */
final class TextWindows {

    private final Part training;
    private final Part heldOut;
    private final int batch;
    private final int window;

    private TextWindows(Part training, Part heldOut, int batch, int window) {
        this.training = training;
        this.heldOut = heldOut;
        this.batch = batch;
        this.window = window;
    }

    /**
     * Cuts a text.
     *
     * @throws DataException if one of the parts is too short
     */
    static TextWindows of(TextData text, double share, int batch, int window) {
        TextWindows windows = new TextWindows(text.training(share), text.heldOut(share), batch, window);
        // Asked for its error, which tells how many characters are needed.
        windows.training.streams(batch).windows(window);
        requireTwo(windows.heldOut);
        return windows;
    }

    private static void requireTwo(Part part) {
        if (part.length() < 2) {
            throw new DataException(
                    part.text().source() + ": expected at least 2 characters to judge the network by but" + " found "
                            + part.length() + ". Take a longer text, or hold out a larger part of it.");
        }
    }

    int trainingLength() {
        return training.length();
    }

    int heldOutLength() {
        return heldOut.length();
    }

    long charactersPerEpoch() {
        return (long) training.streams(batch).windows(window) * window * batch;
    }

    Batches training() {
        return Windows.ofText(ids(training), batch, window, Tail.DROP);
    }

    Batches heldOut() {
        return toJudge(heldOut, batch, window);
    }

    /** All of a part, in at most {@code batch} streams. */
    static Batches toJudge(Part part, int batch, int window) {
        requireTwo(part);
        return Windows.ofText(ids(part), Math.min(batch, part.length() - 1), window, Tail.KEEP);
    }

    private static int[] ids(Part part) {
        return Arrays.copyOfRange(part.text().ids(), part.from(), part.to());
    }
}
