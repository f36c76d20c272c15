package dev.carousel.model;

/**
 * A model file that cannot be read or written: which file, in which way it is bad, and in words what is wrong, what was
 * expected, what was found and the likely cause.
 */
public final class ModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The ways in which a model file can be bad. */
    public enum Kind {
        /** There is no such file, or it is a folder or a device. */
        NO_FILE,
        /** The system would not let it be read, or failed while reading. */
        UNREADABLE,
        /** The file has no byte. */
        EMPTY,
        /** The file is something else: an archive, HDF5, text and so on. */
        NOT_SAFETENSORS,
        /** The header says it is longer than the format allows. */
        HEADER_TOO_LARGE,
        /** The file ends inside its header. */
        HEADER_TRUNCATED,
        /** The header is not UTF-8. */
        HEADER_NOT_UTF8,
        /** The header is not a JSON object. */
        HEADER_NOT_JSON,
        /** A name stands twice. */
        DUPLICATE_NAME,
        /** The metadata is not an object of texts, or holds too many. */
        BAD_METADATA,
        /** A tensor's entry lacks a key, or has one of the wrong type. */
        BAD_ENTRY,
        /** A tensor's element type is none that safetensors has. */
        UNKNOWN_DTYPE,
        /** A tensor's dimension is negative, or their product is too large for any file. */
        BAD_SHAPE,
        /** A tensor's offsets are negative, reversed, or lie outside the file. */
        BAD_OFFSETS,
        /** A tensor's offsets hold another number of bytes than its shape needs. */
        SIZE_MISMATCH,
        /** Two tensors share bytes. */
        OVERLAP,
        /** Some bytes between tensors belong to none. */
        HOLE,
        /** The file ends before its last tensor does. */
        DATA_TRUNCATED,
        /** There are bytes after the last tensor. */
        TRAILING_BYTES,
        /** A tensor is not of 32-bit floats. */
        WRONG_DTYPE,
        /** A safetensors file without what Carousel writes into the metadata. */
        NOT_A_CAROUSEL_MODEL,
        /** Written in a later format than this release reads. */
        NEWER_FORMAT,
        /** The bytes are not those that were written. */
        WRONG_CHECKSUM,
        /** The specification of the network cannot be understood. */
        BAD_SPECIFICATION,
        /** The specification needs a tensor that is not there. */
        MISSING_TENSOR,
        /** There is a tensor that the specification does not know. */
        EXTRA_TENSOR,
        /** A tensor has another shape than the specification says. */
        WRONG_SHAPE,
        /** A parameter is NaN or infinite. */
        NOT_FINITE,
        /** The description of the task cannot be understood, or lacks something. */
        BAD_TASK,
        /** The model was trained for another task than the one it is used for. */
        OTHER_TASK,
        /** The provenance cannot be understood. */
        BAD_PROVENANCE,
        /** A safetensors file that is no checkpoint of a training, or a checkpoint where a model is expected. */
        NOT_A_CHECKPOINT,
        /** What a checkpoint says cannot be understood, or does not fit together. */
        BAD_CHECKPOINT,
        /** The file could not be written; what was there before is still there. */
        NOT_WRITTEN
    }

    private final Kind kind;
    private final String file;

    /**
     * An error about a file.
     *
     * @param kind the way in which it is bad
     * @param file the file's name; the message begins with it
     * @param message what is wrong, expected, found, and the likely cause
     */
    public ModelException(Kind kind, String file, String message) {
        super(file + ": " + message);
        this.kind = kind;
        this.file = file;
    }

    ModelException(Kind kind, String file, String message, Throwable cause) {
        this(kind, file, message);
        initCause(cause);
    }

    /** The way in which the file is bad. */
    public Kind kind() {
        return kind;
    }

    /** The file's name, as it was given. */
    public String file() {
        return file;
    }

    /** A name from a file, quoted, shortened, and without characters that would disturb a terminal. */
    static String quoted(String name) {
        String shown = name.length() <= 80 ? name : name.substring(0, 77) + "...";
        return '"' + shown.replaceAll("\\p{C}", "?") + '"';
    }
}
