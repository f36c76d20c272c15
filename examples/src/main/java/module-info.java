/** Short programs to copy from, one page each; the tests run them all. */
module dev.carousel.examples {
    requires static org.jspecify;
    requires dev.carousel.core;
    requires dev.carousel.data;
    requires dev.carousel.report;

    exports dev.carousel.examples;
}
