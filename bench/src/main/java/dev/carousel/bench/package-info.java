/**
 * How fast Carousel is, kernel by kernel and layer by layer, and next to other libraries in the same JVM. Everything is checked
 * before it is timed.
 */
@NullMarked
package dev.carousel.bench;

import org.jspecify.annotations.NullMarked;
