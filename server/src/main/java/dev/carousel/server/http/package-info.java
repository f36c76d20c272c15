/**
 * What every route needs: the request and its body, answers, errors as problems, and who may ask. Knows no model.
 *
 * <p>Begin with {@link dev.carousel.server.http.Exchange}. Uses nothing of the server.
 */
@NullMarked
package dev.carousel.server.http;

import org.jspecify.annotations.NullMarked;
