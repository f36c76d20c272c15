/**
 * Text as ids: its units, vocabularies, training and held-out parts, and how well it was predicted.
 *
 * <p>Begin with {@link dev.carousel.data.text.TextData}. Uses file.
 */
@NullMarked
package dev.carousel.data.text;

import org.jspecify.annotations.NullMarked;
