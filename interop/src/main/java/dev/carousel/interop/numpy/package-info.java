/**
 * NumPy's arrays and their files, .npy and .npz, in and out.
 *
 * <p>Begin with {@link dev.carousel.interop.numpy.NumpyArray}; {@link dev.carousel.interop.numpy.NumpySequences} makes
 * batches of arrays. It uses {@code file} and knows no format of models.
 */
@NullMarked
package dev.carousel.interop.numpy;

import org.jspecify.annotations.NullMarked;
