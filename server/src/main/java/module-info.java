/**
 * Live sessions over HTTP: many models, sessions that survive, a page to watch.
 *
 * <p>Begin with {@link dev.carousel.server.CarouselServer}.
 */
@SuppressWarnings("module")
module dev.carousel.server {
    requires static org.jspecify;
    requires transitive dev.carousel.core;
    requires transitive dev.carousel.data;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires io.prometheus.metrics.model;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.websocket.server;
    requires tools.jackson.core;

    exports dev.carousel.server;
}
