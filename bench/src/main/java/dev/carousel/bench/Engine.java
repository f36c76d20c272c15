package dev.carousel.bench;

/** A library that can run a recurrent layer. Others than Carousel are found by {@link Engines}. */
public interface Engine {

    /** How it is called, in lower case. */
    String name();

    /** Its version, and what of its build matters for speed. */
    String version();

    /** Whether it has this cell and can do this work. */
    boolean knows(LayerCase one);

    /**
     * Sets up a layer.
     *
     * @param one what it shall do
     * @param data its weights and inputs
     * @param threads how many threads it may use
     */
    TimedLayer open(LayerCase one, LayerData data, int threads);
}
