/** The command {@code carousel}: trains, judges and uses recurrent networks from a terminal. */
module dev.carousel.cli {
    requires static org.jspecify;
    requires dev.carousel.core;
    requires dev.carousel.data;
    requires dev.carousel.interop;
    requires dev.carousel.report;
    requires dev.carousel.server;
    requires dev.carousel.store;
    requires info.picocli;
    requires java.desktop;
    requires java.management;
    requires me.tongfei.progressbar;
    requires xchart;

    // Options are found by their annotations.
    opens dev.carousel.cli to
            info.picocli;
    opens dev.carousel.cli.command to
            info.picocli;
    opens dev.carousel.cli.task to
            info.picocli;
    opens dev.carousel.cli.train to
            info.picocli;
    opens dev.carousel.cli.text to
            info.picocli;
    opens dev.carousel.cli.forecast to
            info.picocli;
    opens dev.carousel.cli.addition to
            info.picocli;
    opens dev.carousel.cli.anomaly to
            info.picocli;
    opens dev.carousel.cli.classification to
            info.picocli;
    opens dev.carousel.cli.transcription to
            info.picocli;
    opens dev.carousel.cli.pairs to
            info.picocli;
    opens dev.carousel.cli.tune to
            info.picocli;
    opens dev.carousel.cli.serve to
            info.picocli;
}
