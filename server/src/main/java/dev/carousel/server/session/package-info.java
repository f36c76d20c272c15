/**
 * Events of sessions and answers to them, over HTTP, WebSocket and server-sent events.
 *
 * <p>Begin with {@link dev.carousel.server.session.SessionEvents}. Uses http and models.
 */
@NullMarked
package dev.carousel.server.session;

import org.jspecify.annotations.NullMarked;
