/** Optimisers, one file each with its paper; schedules of the learning rate; clipping; {@code Descent} applies them. */
@NullMarked
package dev.carousel.optim;

import org.jspecify.annotations.NullMarked;
