/**
 * What the machine does: matrix products on packed weights, the cells' equations over rows, and the team of threads.
 *
 * <p>Begin with {@link dev.carousel.kernel.Kernels}: one small interface a family. The scalar implementations here define
 * what is correct; a faster provider is found through {@link java.util.ServiceLoader}. Uses nothing.
 */
@NullMarked
package dev.carousel.kernel;

import org.jspecify.annotations.NullMarked;
