/**
 * What language models of large vocabularies have, in double precision, to be read: the output layer, and what keeps them from
 * learning a text by heart.
 *
 * <p>Begin with {@link dev.carousel.reference.language.AdaptiveSoftmaxLayer}. The package uses the JDK and the package above it only.
 */
@NullMarked
package dev.carousel.reference.language;

import org.jspecify.annotations.NullMarked;
