/**
 * What the machine does: matrix products on packed weights, cell equations over rows, and the team of threads.
 *
 * <p>One small interface a family. The scalar implementations here define what is correct; a faster provider is found
 * through {@link java.util.ServiceLoader}.
 */
@NullMarked
package dev.carousel.kernel;

import org.jspecify.annotations.NullMarked;
