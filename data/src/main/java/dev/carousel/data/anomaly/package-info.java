/**
 * Anomalies: rows scored by how far they are from the forecast, thresholds of alarms, and streams.
 *
 * <p>Begin with {@link dev.carousel.data.anomaly.AnomalySpec}. Uses all but classification and dataset.
 */
@NullMarked
package dev.carousel.data.anomaly;

import org.jspecify.annotations.NullMarked;
