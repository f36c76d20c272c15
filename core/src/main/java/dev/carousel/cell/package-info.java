/**
 * The recurrent cells, one file each: its equations, its gates, its parts and how its products are laid out.
 *
 * <p>Begin with {@link dev.carousel.cell.Lstm}, then {@link dev.carousel.cell.Cell}, which says what a cell is;
 * {@link dev.carousel.cell.Cells} lists those there are. Uses kernel.
 */
@NullMarked
package dev.carousel.cell;

import org.jspecify.annotations.NullMarked;
