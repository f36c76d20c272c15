/**
 * Networks from and to files of other programs: the formats there are, what a file cannot tell, and errors that name what
 * Carousel does not know.
 *
 * <p>Begin with {@link dev.carousel.interop.ModelFiles}. A further format implements
 * {@link dev.carousel.interop.ModelFormat} in a package of its own and has a line in {@code ModelFiles}. The packages below
 * use of this one only the words they all speak: {@code ModelFormat}, {@link dev.carousel.interop.ImportOptions} and
 * {@link dev.carousel.interop.InteropException}.
 */
@NullMarked
package dev.carousel.interop;

import org.jspecify.annotations.NullMarked;
