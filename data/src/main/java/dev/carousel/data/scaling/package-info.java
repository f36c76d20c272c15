/**
 * How numbers are normalised, and the order statistics that this needs.
 *
 * <p>Begin with {@link dev.carousel.data.scaling.Normaliser}. Uses table.
 */
@NullMarked
package dev.carousel.data.scaling;

import org.jspecify.annotations.NullMarked;
