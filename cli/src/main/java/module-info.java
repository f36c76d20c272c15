/** The command {@code carousel}: trains, judges and uses recurrent networks from a terminal. */
module dev.carousel.cli {
    requires static org.jspecify;
    requires dev.carousel.core;
    requires dev.carousel.data;
    requires dev.carousel.interop;
    requires dev.carousel.report;
    requires info.picocli;
    requires java.desktop;
    requires java.management;
    requires me.tongfei.progressbar;
    requires xchart;

    // Options are found by their annotations.
    opens dev.carousel.cli to
            info.picocli;
}
