/** Networks: their description, their parameters in one flat array, and their forward and backward passes. */
@NullMarked
package dev.carousel.network;

import org.jspecify.annotations.NullMarked;
