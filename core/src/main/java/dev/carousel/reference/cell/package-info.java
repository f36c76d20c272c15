/**
 * The recurrent cells of the years from 2015 to 2025 in double precision, one page each, and the list of all cells.
 *
 * <p>Begin with {@link dev.carousel.reference.cell.ReferenceCells}. Each page states one time step, its forward equations and,
 * right below them, its backward equations, as {@link dev.carousel.reference.LstmReference} does. Uses reference.
 */
@NullMarked
package dev.carousel.reference.cell;

import org.jspecify.annotations.NullMarked;
