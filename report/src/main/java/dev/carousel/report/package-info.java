/**
 * A training as a page that a person reads, while it runs or afterwards.
 *
 * <pre>{@code
 * TrainingHistory history = new TrainingHistory();
 * TrainingResult result = Trainer.of(network, plan, team).train(training, heldOut, history);
 * Report.of("Sales", history.sections())
 *         .with(Section.Facts.of(provenance))
 *         .write(Path.of("sales.html"));
 * }</pre>
 *
 * <p>The page is one file that needs no network. What it shows is a list of {@link dev.carousel.report.Section}s: those that
 * every training has come from a {@link dev.carousel.report.TrainingHistory}; a program adds its own.
 */
@NullMarked
package dev.carousel.report;

import org.jspecify.annotations.NullMarked;
