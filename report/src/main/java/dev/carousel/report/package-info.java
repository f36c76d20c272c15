/**
 * A training as a page that a person reads, afterwards or while it runs, and as event files for TensorBoard.
 *
 * <pre>{@code
 * TrainingHistory history = new TrainingHistory();
 * try (LivePage page = LivePage.start("Sales", 0);
 *         TensorBoardLog log = TensorBoardLog.in(Path.of("runs/sales-1"))) {
 *     logger.info("Look at {}", page.address());
 *     Trainer.of(network, plan, team).train(training, heldOut, history, page, log);
 * }
 * Report.of("Sales", history.sections())
 *         .with(Section.Facts.of(provenance))
 *         .write(Path.of("sales.html"));
 * }</pre>
 *
 * <p>{@link dev.carousel.report.TrainingHistory}, {@link dev.carousel.report.LivePage} and
 * {@link dev.carousel.report.TensorBoardLog} follow a training; a {@link dev.carousel.report.Report} is the page when it is
 * done: one file that needs no network. What a page shows is a list of {@link dev.carousel.report.Section}s: those that
 * every training has come from the history, those of a task from {@code dev.carousel.report.task}; a program adds its own. None of them changes what is learned.
 */
@NullMarked
package dev.carousel.report;

import org.jspecify.annotations.NullMarked;
