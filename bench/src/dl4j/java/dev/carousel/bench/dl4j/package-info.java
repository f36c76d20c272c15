/** Deeplearning4j as an engine, of the Maven profile {@code peers-dl4j}. */
@NullMarked
package dev.carousel.bench.dl4j;

import org.jspecify.annotations.NullMarked;
