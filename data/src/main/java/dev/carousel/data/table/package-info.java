/**
 * Tables with a header: columns of numbers, CSV files read whole, and CSV rows as they arrive.
 *
 * <p>Begin with {@link dev.carousel.data.table.CsvTable}. Uses file, text.
 */
@NullMarked
package dev.carousel.data.table;

import org.jspecify.annotations.NullMarked;
