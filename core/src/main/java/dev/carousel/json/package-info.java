/**
 * JSON text, read strictly and within limits: what the specification and the model file share. Not exported.
 *
 * <p>Begin with {@link dev.carousel.json.Json}. Uses nothing.
 */
@NullMarked
package dev.carousel.json;

import org.jspecify.annotations.NullMarked;
