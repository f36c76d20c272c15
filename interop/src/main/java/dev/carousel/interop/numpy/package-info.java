/** NumPy's arrays and their files, .npy and .npz. */
@NullMarked
package dev.carousel.interop.numpy;

import org.jspecify.annotations.NullMarked;
