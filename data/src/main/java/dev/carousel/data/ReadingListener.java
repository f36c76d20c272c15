package dev.carousel.data;

/** Is told how far the reading of a file is. */
@FunctionalInterface
public interface ReadingListener {

    /** Nobody listens. */
    ReadingListener NONE = (bytes, total) -> {};

    /**
     * Some more has been read.
     *
     * @param bytes how many bytes so far
     * @param total how many the file has
     */
    void read(long bytes, long total);
}
