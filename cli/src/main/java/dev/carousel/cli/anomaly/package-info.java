/**
 * Detectors of anomalies: training, scores, alarms.
 *
 * <p>Begin with {@link dev.carousel.cli.anomaly.TrainAnomaly}. Uses forecast.
 */
@NullMarked
package dev.carousel.cli.anomaly;

import org.jspecify.annotations.NullMarked;
