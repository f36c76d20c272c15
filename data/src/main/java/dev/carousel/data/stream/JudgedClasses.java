package dev.carousel.data.stream;

import dev.carousel.data.file.SavedState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which classes were answered to the last rows, by a network that learns, by the same as it was, and by two that know no more than the
 * classes so far; and how often each was wrong.
 */
final class JudgedClasses {

    private static final int NONE = -1;

    private static final List<String> ANSWERS =
            List.of("learning", "frozen", "last class", "most frequent class so far");

    private final PrequentialErrors errors = PrequentialErrors.ofClasses(ANSWERS);

    /** How often each class came, and its share in the training before. */
    private final double[] counts;

    /** The class that became known last. */
    private int last = NONE;

    /** One class for each that answers, none to a row that was missed; the answers to row i stand at i modulo their number. */
    private final int[][] said;

    private long rows;

    /**
     * No rows yet.
     *
     * @param shares of each class in the training
     * @param delay how many further rows may have answers before one is judged
     */
    JudgedClasses(List<Double> shares, int delay) {
        this.counts = shares.stream().mapToDouble(share -> share).toArray();
        this.said = new int[delay + 1][ANSWERS.size()];
    }

    PrequentialErrors errors() {
        return errors;
    }

    /** What two networks say of the next row. */
    void answered(int learning, int frozen) {
        int[] now = said[(int) (rows % said.length)];
        now[0] = learning;
        now[1] = frozen;
        now[2] = last;
        now[3] = mostFrequent();
        rows++;
    }

    /** The next row is one that could not be used: nothing was answered. */
    void missed() {
        Arrays.fill(said[(int) (rows % said.length)], NONE);
        rows++;
    }

    /** Takes all rows so far for missed ones. */
    void forget() {
        for (int[] row : said) {
            Arrays.fill(row, NONE);
        }
    }

    /**
     * Whether a row was answered rather than missed.
     *
     * @param before how many rows before the last one, at most the delay
     */
    boolean hasAnswer(int before) {
        return said[(int) ((rows - 1 - before) % said.length)][0] != NONE;
    }

    /**
     * How many rows were answered after one.
     *
     * @param before how many rows before the last one it is, at most the delay
     */
    int answersAfter(int before) {
        int count = 0;
        for (int i = 0; i < before; i++) {
            count += hasAnswer(i) ? 1 : 0;
        }
        return count;
    }

    private int mostFrequent() {
        int best = 0;
        for (int k = 1; k < counts.length; k++) {
            best = counts[k] > counts[best] ? k : best;
        }
        return best;
    }

    /**
     * The class of a row that was answered has become known.
     *
     * @param before how many rows before the last one, at most the delay
     */
    void judge(int before, int k) {
        List<double[]> wrong = new ArrayList<>();
        for (int answer : said[(int) ((rows - 1 - before) % said.length)]) {
            wrong.add(new double[] {answer == NONE ? Double.NaN : answer == k ? 0 : 1});
        }
        errors.add(new double[] {0}, wrong);
        counts[k]++;
        last = k;
    }

    void write(DataOutputStream out) throws IOException {
        errors.write(out);
        for (double count : counts) {
            out.writeDouble(count);
        }
        out.writeInt(last);
        for (int[] row : said) {
            for (int k : row) {
                out.writeInt(k);
            }
        }
        out.writeLong(rows);
    }

    /** Reads it back and changes nothing; what is returned takes it over. */
    Runnable read(DataInputStream in) throws IOException {
        Runnable judged = errors.read(in);
        double[] readCounts = new double[counts.length];
        for (int k = 0; k < counts.length; k++) {
            readCounts[k] = in.readDouble();
        }
        int readLast = readClass(in);
        int[][] readSaid = new int[said.length][ANSWERS.size()];
        for (int[] row : readSaid) {
            for (int i = 0; i < row.length; i++) {
                row[i] = readClass(in);
            }
        }
        long readRows = in.readLong();
        if (readRows < 0) {
            throw SavedState.damaged("it counts " + readRows + " rows");
        }
        return () -> {
            judged.run();
            System.arraycopy(readCounts, 0, counts, 0, counts.length);
            last = readLast;
            for (int i = 0; i < said.length; i++) {
                System.arraycopy(readSaid[i], 0, said[i], 0, said[i].length);
            }
            rows = readRows;
        };
    }

    private int readClass(DataInputStream in) throws IOException {
        int k = in.readInt();
        if (k < NONE || k >= counts.length) {
            throw SavedState.damaged("it holds the class " + k + " of " + counts.length);
        }
        return k;
    }
}
