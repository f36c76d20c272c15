/** A finished or running training as a page that a person reads, and as files that TensorBoard reads. */
@SuppressWarnings("module")
module dev.carousel.report {
    requires static org.jspecify;
    requires transitive dev.carousel.core;
    requires transitive dev.carousel.data;
    requires jdk.httpserver;

    exports dev.carousel.report;
    exports dev.carousel.report.task;

    // Words that the command has in common with pages are no part of the public interface.
    exports dev.carousel.report.words to
            dev.carousel.cli;
}
