/**
 * How fast Carousel is, kernel by kernel and layer by layer, and beside other libraries in the same JVM. Everything is checked
 * before it is timed.
 */
@NullMarked
package dev.carousel.bench;

import org.jspecify.annotations.NullMarked;
