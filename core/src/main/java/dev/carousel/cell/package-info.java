/** The recurrent cells, one file each: its equations, its gates and how its products are laid out. */
@NullMarked
package dev.carousel.cell;

import org.jspecify.annotations.NullMarked;
