/**
 * The Open Inference Protocol (KServe v2 over REST) with Triton's extensions for sequences and binary tensors.
 *
 * <p>Begin with {@link dev.carousel.server.kserve.InferenceRoutes}. Uses http, models and the names of sessions.
 */
@NullMarked
package dev.carousel.server.kserve;

import org.jspecify.annotations.NullMarked;
