/** Models that Keras saved: {@code .keras} archives and {@code .h5} files, read into networks. */
@NullMarked
package dev.carousel.interop.keras;

import org.jspecify.annotations.NullMarked;
