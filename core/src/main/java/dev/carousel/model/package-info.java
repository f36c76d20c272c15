/**
 * The model file: safetensors under PyTorch's names, with the specification, the task and the provenance in its
 * metadata and a checksum over all of it; and the checkpoints of a training.
 *
 * <p>Begin with {@link dev.carousel.model.Model}. Uses train and what is below it.
 */
@NullMarked
package dev.carousel.model;

import org.jspecify.annotations.NullMarked;
