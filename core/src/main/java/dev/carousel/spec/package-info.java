/**
 * What a network is, before any number is computed: its layers and their options, its parameters as named slices of one
 * array, how they start, and all of that as JSON.
 *
 * <p>Begin with {@link dev.carousel.spec.NetworkSpec}. Uses cell, kernel, tensor and json.
 */
@NullMarked
package dev.carousel.spec;

import org.jspecify.annotations.NullMarked;
