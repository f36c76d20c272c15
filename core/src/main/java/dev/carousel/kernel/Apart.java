package dev.carousel.kernel;

/**
 * What one thread writes again and again, kept away from what others write: the fields of a subclass lie at least two lines of
 * the cache behind whatever object comes before.
 *
 * <p>The cursors of two threads are made one after the other; where they share a line, each write of one takes it from the
 * other.
 */
abstract sealed class Apart permits Step, StepGradient {

    // The JVM lays out the fields of a superclass first.
    private long unused0;
    private long unused1;
    private long unused2;
    private long unused3;
    private long unused4;
    private long unused5;
    private long unused6;
    private long unused7;
    private long unused8;
    private long unused9;
    private long unused10;
    private long unused11;
    private long unused12;
    private long unused13;
    private long unused14;
    private long unused15;
}
