/** A finished or running training as a page that a person reads, and as files that TensorBoard reads. */
module dev.carousel.report {
    requires static org.jspecify;
    requires transitive dev.carousel.core;
    requires jdk.httpserver;

    exports dev.carousel.report;
}
