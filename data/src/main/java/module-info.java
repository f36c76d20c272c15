/**
 * From files to sequences: CSV tables and text, calendars, windows of a time series, vocabularies and streams of ids,
 * and two data sets of its own: daily births in the USA and the addition of binary numbers.
 */
module dev.carousel.data {
    requires static org.jspecify;
    requires transitive dev.carousel.core;
    requires de.siegmar.fastcsv;

    exports dev.carousel.data;
}
