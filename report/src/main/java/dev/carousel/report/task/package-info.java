/**
 * What a page shows of a trained model, one class a task: how good its forecasts, classes or alarms are, or what it writes.
 * The command {@code carousel train ... --report} shows the same.
 *
 * <pre>{@code
 * ForecastSkill skill = ForecastSkill.of(forecaster, test, baselines, split.trainingEnd());
 * Report.ofTraining("Sales", history, ForecastSections.of(forecaster, test, skill)).write(Path.of("sales.html"));
 * }</pre>
 *
 * <p>Begin with {@link dev.carousel.report.task.ForecastSections}. Uses the sections of {@code dev.carousel.report}, and the
 * tasks of {@code data}, which do the judging; here figures become charts, tables and sentences.
 */
@NullMarked
package dev.carousel.report.task;

import org.jspecify.annotations.NullMarked;
