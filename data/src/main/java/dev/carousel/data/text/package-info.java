/**
 * Text as ids: what it is cut into, vocabularies, parts to learn from and to hold out, and how well it was predicted.
 *
 * <p>Begin with {@link dev.carousel.data.text.TextData}. Uses file.
 */
@NullMarked
package dev.carousel.data.text;

import org.jspecify.annotations.NullMarked;
