/** JSON text, read strictly and within limits: what the specification and the model file share. Not exported. */
@NullMarked
package dev.carousel.json;

import org.jspecify.annotations.NullMarked;
