/**
 * PyTorch's files of weights, .safetensors and .pt, in and out. Pickles are read without running anything in them.
 *
 * <p>Begin with {@link dev.carousel.interop.pytorch.PyTorchFiles}: tensors by name become modules, and modules a network. It
 * uses {@code numpy} and {@code file}, and no other format.
 */
@NullMarked
package dev.carousel.interop.pytorch;

import org.jspecify.annotations.NullMarked;
