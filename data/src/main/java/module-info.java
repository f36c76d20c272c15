/**
 * From files to sequences: CSV tables and text, calendars, windows of a time series, vocabularies and streams of ids,
 * and two data sets of its own: daily births in the USA and the addition of binary numbers.
 */
module dev.carousel.data {
    requires static org.jspecify;
    requires transitive dev.carousel.core;
    requires de.siegmar.fastcsv;

    exports dev.carousel.data;
    exports dev.carousel.data.text;
    exports dev.carousel.data.table;
    exports dev.carousel.data.series;
    exports dev.carousel.data.scaling;
    exports dev.carousel.data.forecast;
    exports dev.carousel.data.classification;
    exports dev.carousel.data.anomaly;
    exports dev.carousel.data.dataset;
    exports dev.carousel.data.stream;
}
