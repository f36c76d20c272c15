/**
 * The models that are served, their versions and sessions, and how events and answers are written in JSON. Knows no HTTP.
 *
 * <p>Begin with {@link dev.carousel.server.models.ServedModels}. Uses http, for problems and bytes.
 */
@NullMarked
package dev.carousel.server.models;

import org.jspecify.annotations.NullMarked;
