/**
 * Layers without a state at work, forward and backward: dense layers, embeddings, norms, functions, means and maxima over
 * steps, masks; and the buffers that passes need.
 *
 * <p>Begin with {@link dev.carousel.layer.StatelessPass}; {@link dev.carousel.layer.StatelessLayers} lists the layers. No part
 * of the public interface. Uses spec and what is below it.
 */
@NullMarked
package dev.carousel.layer;

import org.jspecify.annotations.NullMarked;
