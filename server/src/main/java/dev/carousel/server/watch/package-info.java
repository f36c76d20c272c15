/**
 * What is to be seen of a server while it runs: figures for Prometheus, and those of the page.
 *
 * <p>Begin with {@link dev.carousel.server.watch.ServerMetrics}. Uses http and models.
 */
@NullMarked
package dev.carousel.server.watch;

import org.jspecify.annotations.NullMarked;
