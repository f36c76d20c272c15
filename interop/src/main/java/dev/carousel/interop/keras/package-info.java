/**
 * Models that Keras saved, {@code .keras} archives and {@code .h5} files, read into networks.
 *
 * <p>Begin with {@link dev.carousel.interop.keras.KerasFiles}: a configuration in JSON says which layers there are, and HDF5
 * holds their weights. It uses {@code file}, and no other format.
 */
@NullMarked
package dev.carousel.interop.keras;

import org.jspecify.annotations.NullMarked;
