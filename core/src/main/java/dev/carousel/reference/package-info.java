/**
 * The recurrent cells in double precision, written to be read: the yardstick that everything else in Carousel is
 * measured against.
 *
 * <p>Begin with {@link dev.carousel.reference.LstmReference}. One page for each cell: {@link dev.carousel.reference.RnnReference}, {@link dev.carousel.reference.LstmReference},
 * {@link dev.carousel.reference.GruReference}. Each states one time step, its forward equations and, right below them,
 * its backward equations. {@link dev.carousel.reference.CellLayer} takes a cell through time, sequences of different
 * lengths included; {@link dev.carousel.reference.Bidirectional} and
 * {@link dev.carousel.reference.ReferenceLayers} make networks of it.
 *
 * <p>Nothing here is fast. Every operation returns a new {@link dev.carousel.reference.Mat}, so that no line has to be
 * read with the one before it in mind. The package uses the JDK only.
 *
 * <p>A new cell is one file that implements {@link dev.carousel.reference.CellReference} and one line in
 * {@code ReferenceCells} in the package {@code cell}, which has the newer cells; the gradient checks and the contract tests then run on it.
 */
@NullMarked
package dev.carousel.reference;

import org.jspecify.annotations.NullMarked;
