/**
 * A client of the server of live sessions, which needs the JDK alone.
 *
 * <p>Begin with {@link dev.carousel.client.CarouselClient}.
 */
module dev.carousel.client {
    requires static org.jspecify;
    requires transitive java.net.http;

    exports dev.carousel.client;
}
