/**
 * From files to sequences: CSV tables and text, calendars, windows of a time series, vocabularies and streams of ids,
 * and built-in data sets: daily births in the USA, the addition of binary numbers, the tones of telephone keys, pairs of texts.
 *
 * <p>Begin here:
 *
 * <table>
 *   <caption>where to begin</caption>
 *   <tr><td>a text</td><td>{@link dev.carousel.data.text.TextData}</td></tr>
 *   <tr><td>a table to forecast</td><td>{@link dev.carousel.data.series.SeriesSet},
 *     {@link dev.carousel.data.forecast.ForecastSpec}, {@link dev.carousel.data.forecast.Forecaster}</td></tr>
 *   <tr><td>sequences with labels</td><td>{@link dev.carousel.data.classification.LabelledSequences},
 *     {@link dev.carousel.data.classification.ClassifierSpec}</td></tr>
 *   <tr><td>sequences with a text</td><td>{@link dev.carousel.data.transcription.TranscriberSpec},
 *     {@link dev.carousel.data.transcription.Transcriber}</td></tr>
 *   <tr><td>a text for a text</td><td>{@link dev.carousel.data.pairs.PairSpec}, {@link dev.carousel.data.pairs.PairWriter}</td></tr>
 *   <tr><td>anomalies</td><td>{@link dev.carousel.data.anomaly.AnomalySpec}</td></tr>
 *   <tr><td>any saved model, one event at a time</td><td>{@link dev.carousel.data.stream.StreamModel}</td></tr>
 * </table>
 */
@SuppressWarnings("module")
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
    exports dev.carousel.data.transcription;
    exports dev.carousel.data.pairs;
    exports dev.carousel.data.anomaly;
    exports dev.carousel.data.dataset;
    exports dev.carousel.data.stream;

    // How a saved state is framed, which the command's snapshots share, is no part of the public interface.
    exports dev.carousel.data.file to
            dev.carousel.cli;
}
