/**
 * The model file: safetensors under PyTorch's names, with the specification, the task and the provenance in its
 * metadata and a checksum over all of it.
 */
@NullMarked
package dev.carousel.model;

import org.jspecify.annotations.NullMarked;
