/** PyTorch's files of weights, .safetensors and .pt, in and out. */
@NullMarked
package dev.carousel.interop.pytorch;

import org.jspecify.annotations.NullMarked;
