package dev.carousel.interop.onnx.graph;

import dev.carousel.interop.InteropException;

/**
 * How much memory reading a file may take: a small multiple of its length, so that no file, however made, can ask for more. A
 * file of millions of empty nodes would; one with weights comes nowhere near.
 */
final class Budget {

    /** Estimates of what the objects of one part need on the heap. */
    static final int NODE = 300;

    static final int ATTRIBUTE = 120;
    static final int TENSOR = 160;
    static final int TEXT = 56;
    static final int NUMBER = 24;

    private static final long FREE = 4 << 20;
    private static final int MULTIPLE = 8;

    private long limit;
    private long spent;

    Budget(long fileLength) {
        this.limit = FREE + MULTIPLE * fileLength;
    }

    /** Notes that there is another file, of this length, whose numbers will be read as well. */
    void grow(long otherFileLength) {
        limit += MULTIPLE * otherFileLength;
    }

    /**
     * Notes that something is about to be allocated.
     *
     * @throws InteropException if that is more than the file is worth
     */
    void spend(long bytes) {
        spent += bytes;
        if (spent > limit) {
            throw new InteropException("Reading the ONNX file would take more than " + limit
                    + " bytes, far beyond its own length. No exporter writes so many small parts: it is damaged or made to do"
                    + " harm.");
        }
    }
}
