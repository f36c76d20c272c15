/**
 * Stores of sessions that outlive a process: {@link dev.carousel.store.MvStateStore} in a file,
 * {@link dev.carousel.store.RedisStateStore} in Redis. Uses {@code stream} of core.
 */
@NullMarked
package dev.carousel.store;

import org.jspecify.annotations.NullMarked;
