package dev.carousel.data;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file, or what stands in it, cannot be used; or an event of a stream.
 *
 * <p>The message is written for the person who gave the file: which file, line and column, what was expected, what was
 * found and the likely cause. A command prints it as it is, without the stack trace. A program that reacts to it asks for
 * the {@link #kind}, the {@link #column} and the {@link #line}.
 */
public final class DataException extends RuntimeException {

    private static final long serialVersionUID = 2;

    private static final long NO_LINE = -1;

    /** What is wrong. */
    public enum Kind {
        /** What no other kind says: of files, settings and descriptions. */
        OTHER,
        /** A value is not there that must be. */
        MISSING_VALUE,
        /** A text stands where a number must. */
        NOT_A_NUMBER,
        /** A text stands where a date must. */
        NOT_A_DATE,
        /** A number is NaN, infinite, or too far from those of the training for the network's arithmetic. */
        NOT_FINITE,
        /** A number that the distribution of the model cannot have, such as a count below 0 or between two counts. */
        IMPOSSIBLE_VALUE,
        /** There is no column, series or model input of that name. */
        UNKNOWN_COLUMN,
        /** A row has too many or too few values. */
        WRONG_WIDTH,
        /** A row has no date and needs one. */
        MISSING_DATE,
        /** A date does not come after the one before. */
        DATE_ORDER,
        /** Rows are missing before this one, and the model reads rows without a gap. */
        GAP,
        /** A text holds what the model has never read and has no id for. */
        UNKNOWN_UNIT,
        /** A line is no CSV or no UTF-8 text or contradicts another one; a header is missing or names a column twice. */
        MALFORMED,
        /** A line or what is told ahead is longer, or a column has more different values, than anything that is read. */
        TOO_LARGE,
        /** Of an upcoming row something is told that is not known ahead, or to a model that reads nothing ahead. */
        NOT_AHEAD,
        /** Too few rows came, or too little is known ahead, for a forecast. */
        NOT_READY,
        /** The model cannot do what was asked for: it has another task, reads from the end, or was trained in another way. */
        UNSUITABLE_MODEL,
        /** Saved bytes are cut off, altered or something else. */
        DAMAGED_STATE,
        /** A saved state is that of another model. */
        STATE_OF_ANOTHER_MODEL,
        /** A saved stream is of another series, which is normalised by other statistics. */
        STATE_OF_ANOTHER_SERIES
    }

    private final Kind kind;
    private final String column;
    private final long line;

    /**
     * An error that this library found itself.
     *
     * @param message where, what was expected, what was found, the likely cause
     */
    public DataException(String message) {
        this(Kind.OTHER, message);
    }

    /**
     * An error of a kind.
     *
     * @param message where, what was expected, what was found, the likely cause
     */
    public DataException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.column = "";
        this.line = NO_LINE;
    }

    /**
     * An error that another library or the file system reported; one of this library's own keeps its kind, column and line.
     *
     * @param message where, what was expected, what was found, the likely cause
     * @param cause what was reported
     */
    public DataException(String message, Throwable cause) {
        super(message, cause);
        boolean own = cause instanceof DataException;
        this.kind = own ? ((DataException) cause).kind : Kind.OTHER;
        this.column = own ? ((DataException) cause).column : "";
        this.line = own ? ((DataException) cause).line : NO_LINE;
    }

    /**
     * An error of a kind that another library or the file system reported.
     *
     * @param message where, what was expected, what was found, the likely cause
     * @param cause what was reported
     */
    public DataException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.column = "";
        this.line = NO_LINE;
    }

    private DataException(DataException before, String column, long line) {
        super(before.getMessage(), before);
        this.kind = before.kind;
        this.column = column;
        this.line = line;
    }

    /** This error, about a column. */
    public DataException inColumn(String name) {
        return new DataException(this, name, line);
    }

    /** This error, about a line, counted from 1. */
    public DataException atLine(long number) {
        return new DataException(this, column, number);
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }

    /** The column that it is about, if it is about one. */
    public Optional<String> column() {
        return column.isEmpty() ? Optional.empty() : Optional.of(column);
    }

    /** The line that it is about, counted from 1, if it is known. */
    public OptionalLong line() {
        return line == NO_LINE ? OptionalLong.empty() : OptionalLong.of(line);
    }
}
