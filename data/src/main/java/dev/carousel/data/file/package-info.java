/**
 * Files as bytes, records and fields: text of any length, CSV records, numbers, dates, the store of a table that is read. Not exported.
 *
 * <p>Begin with {@link dev.carousel.data.file.FileText}. Uses nothing but DataException and ReadingListener.
 */
@NullMarked
package dev.carousel.data.file;

import org.jspecify.annotations.NullMarked;
